import { FrozenEncoder } from '../method/frozenEncoder.ts';
import {
  equalCounts,
  everOpenChannels,
  type Gates,
  openRates,
  staticGates,
  topChannels,
} from '../network/masks.ts';
import { branchNetwork, frozenMacs, sliceNetwork, withoutGates } from '../network/slice.ts';
import { slicedWeightsFile } from '../network/slicedWeights.ts';
import { bytesFile, tensorFile } from '../network/weights.ts';
import { doJobs, type JobProgress } from './jobs.ts';
import type { Laboratory } from './laboratory.ts';
import type { SliceOrder, SliceOutcome } from './sliceOrder.ts';

/** Test images whose features travel with the weights. */
const PARITY_IMAGES = 16;

/**
 * Carries out an order of slicing, and holds the sliced network to the masked one.
 * @param tell may wait, and throws to cancel
 * @throws Error for a network without gates
 */
export async function performSlice(
  laboratory: Laboratory,
  { form }: SliceOrder,
  tell: (progress: JobProgress) => Promise<void>,
): Promise<SliceOutcome> {
  const { network, data, state, weights } = laboratory;
  if (form === 'dense' || form === 'gated') return performBranch(laboratory, form);
  if (!network.spec.gated)
    throw new Error('slice: the network must have gates, and this one has none. Train a gated system.');
  const gates = await openGates(laboratory, tell);
  const gated = branchNetwork(network, state, 'gated');
  const rates = openRates(network, form === 'frozen' ? gates.train : joined(gates));
  const kept = form === 'frozen' ? topChannels(rates, equalCounts(rates)) : everOpenChannels(rates);
  const whole = form === 'frozen' ? withoutGates(gated) : gated;
  const sliced = sliceNetwork(whole, kept);
  const open = openRates(network, gates.test).map((block) => block.reduce((sum, rate) => sum + rate, 0));

  const count = Math.min(PARITY_IMAGES, data.test.count);
  const { mean, std } = weights.architecture;
  const featuresOf = async (frozen: typeof whole, forced?: Gates) => {
    const encoder = new FrozenEncoder(frozen, { mean, std });
    const { features } = await encoder.encode(data.test, 0, count, forced ? { forced } : {});
    encoder.dispose();
    return features;
  };
  const masked = await featuresOf(whole, form === 'frozen' ? staticGates(network, kept, count) : undefined);
  const { size } = data.test;
  return {
    kind: 'slice',
    form,
    weights: slicedWeightsFile(sliced, weights.architecture, {
      images: bytesFile([count, size, size, 3], data.test.pixels.subarray(0, count * size * size * 3)),
      features: { [form === 'frozen' ? 'dense' : 'gated']: tensorFile([count, network.features], masked) },
    }),
    inner: sliced.inner,
    channels: network.blocks.map(({ channels }) => channels),
    denseMacs: network.denseMacs,
    macs: form === 'frozen' ? frozenMacs(sliced) : frozenMacs(sliced, open),
    difference: relativeDifference(await featuresOf(sliced), masked),
  };
}

/** One branch of the network on its own, held to the network that it comes from. */
async function performBranch(
  { network, data, state, weights, engine }: Laboratory,
  form: 'dense' | 'gated',
): Promise<SliceOutcome> {
  const { branches, mean, std } = weights.architecture;
  if (!branches.includes(form))
    throw new Error(`slice: the network must have a ${form} branch, and has ${branches.join(' and ')}.`);
  const alone = branchNetwork(network, state, form);
  const count = Math.min(PARITY_IMAGES, data.test.count);
  const { size } = data.test;
  const { features, gates } = await engine.encode(data.test, 0, count, form);
  const encoder = new FrozenEncoder(alone, { mean, std });
  const own = await encoder.encode(data.test, 0, count);
  encoder.dispose();
  const channels = network.blocks.map((block) => block.channels);
  const parity = {
    images: bytesFile([count, size, size, 3], data.test.pixels.subarray(0, count * size * size * 3)),
    features: { [form]: tensorFile([count, network.features], features) },
    ...(form === 'gated' && {
      gates: Object.fromEntries(
        network.blocks.map(({ name, channels: all }, l) => [name, bytesFile([count, all], gates[l]!)]),
      ),
    }),
  };
  return {
    kind: 'slice',
    form,
    weights: slicedWeightsFile(alone, weights.architecture, parity),
    inner: channels,
    channels,
    denseMacs: network.denseMacs,
    macs: frozenMacs(alone),
    difference: relativeDifference(own.features, features),
  };
}

/** The gates of both sets, encoded where they have not been. */
export async function openGates(
  laboratory: Laboratory,
  tell: (progress: JobProgress) => Promise<void>,
): Promise<{ train: Gates; test: Gates }> {
  await doJobs(
    [
      {
        task: 'Gates of all images',
        unit: 'images',
        cost: 1,
        work: async (onWork) => void (await laboratory.encoded('gated', onWork)),
      },
    ],
    tell,
  );
  const { train, test } = await laboratory.encoded('gated', async () => {});
  return { train: train.gates, test: test.gates };
}

function joined({ train, test }: { readonly train: Gates; readonly test: Gates }): Uint8Array[] {
  return train.map((block, l) => {
    const all = new Uint8Array(block.length + test[l]!.length);
    all.set(block);
    all.set(test[l]!, block.length);
    return all;
  });
}

function relativeDifference(values: Float32Array, expected: Float32Array): number {
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const worst = values.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
  return largest > 0 ? worst / largest : worst;
}

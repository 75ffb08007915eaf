import type { Dataset } from '../data/images/dataset.ts';
import { encodeAll } from '../evaluate/encoding.ts';
import { shifted } from '../evaluate/gateShift.ts';
import { FrozenEncoder } from '../method/frozenEncoder.ts';
import type { Network } from '../network/layers.ts';
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
import { type BytesFile, bytesFile, tensorFile } from '../network/weights.ts';
import type { SliceOrder, SliceOutcome } from './door/sliceOrder.ts';
import { doJobs, type JobProgress } from './jobs.ts';
import { gatedNetwork, type Laboratory, type OnWork } from './laboratory.ts';
import { orderedShift } from './orderedShift.ts';

/** Test images whose features are written into the weights' file. */
const PARITY_IMAGES = 16;

/**
 * Carries out an order of slicing, and compares the sliced network with the masked one.
 * @param tell may wait, and throws to cancel
 * @throws Error for a network without gates
 */
export async function performSlice(
  laboratory: Laboratory,
  { form, ...gates }: SliceOrder,
  tell: (progress: JobProgress) => Promise<void>,
): Promise<SliceOutcome> {
  const { network, data, weights } = laboratory;
  if (form === 'dense') return performBranch(laboratory, form, undefined, tell);
  if (!network.spec.gated)
    throw new Error('slice: the network must have gates, and this one has none. Train a gated system.');
  const gateShift = await orderedShift(laboratory, gates, tell);
  if (form === 'gated') return performBranch(laboratory, form, gateShift, tell);
  const open = await openGates(laboratory, tell, gateShift);
  const gated = gatedNetwork(laboratory, gateShift);
  const rates = openRates(network, form === 'frozen' ? open.train : joined(open));
  const kept = form === 'frozen' ? topChannels(rates, equalCounts(rates)) : everOpenChannels(rates);
  const whole = form === 'frozen' ? withoutGates(gated) : gated;
  const sliced = sliceNetwork(whole, kept);

  const count = Math.min(PARITY_IMAGES, data.test.count);
  const { mean, std } = weights.architecture;
  const encodedBy = async (frozen: typeof whole, forced?: Gates) => {
    const encoder = new FrozenEncoder(frozen, { mean, std });
    const encoded = await encoder.encode(data.test, 0, count, forced ? { forced } : {});
    encoder.dispose();
    return encoded;
  };
  const masked = await encodedBy(whole, form === 'frozen' ? staticGates(network, kept, count) : undefined);
  const stayed = masked.gates.map((block, l) => columnsOf(block, network.blocks[l]!.channels, kept[l]!));
  const { size } = data.test;
  return {
    ...{ kind: 'slice', form, gateShift: gated.gateShift ?? 0 },
    weights: slicedWeightsFile(sliced, weights.architecture, {
      images: bytesFile([count, size, size, 3], data.test.pixels.subarray(0, count * size * size * 3)),
      features: {
        [form === 'frozen' ? 'dense' : 'gated']: tensorFile([count, network.features], masked.features),
      },
      // The gates come from the same forward pass as the features. They are those of the channels that stay,
      // in the slice's order.
      ...(form === 'never-open' && { gates: gatesFiles(network, count, stayed) }),
    }),
    inner: sliced.inner,
    channels: network.blocks.map(({ channels }) => channels),
    denseMacs: network.denseMacs,
    macs: form === 'frozen' ? frozenMacs(sliced) : frozenMacs(sliced, meanOpen(network, open.test)),
    difference: relativeDifference((await encodedBy(sliced)).features, masked.features),
  };
}

/** One branch of the network alone, compared with the network that it comes from. */
async function performBranch(
  laboratory: Laboratory,
  form: 'dense' | 'gated',
  gateShift: number | undefined,
  tell: (progress: JobProgress) => Promise<void>,
): Promise<SliceOutcome> {
  const { network, data, state, weights, engine } = laboratory;
  const { branches, mean, std } = weights.architecture;
  if (!branches.includes(form))
    throw new Error(`slice: the network must have a ${form} branch, and has ${branches.join(' and ')}.`);
  const alone = form === 'gated' ? gatedNetwork(laboratory, gateShift) : branchNetwork(network, state, form);
  const count = Math.min(PARITY_IMAGES, data.test.count);
  const { size } = data.test;
  const { features, gates } = await engine.encode(data.test, 0, count, form, gateShift);
  const encoder = new FrozenEncoder(alone, { mean, std });
  const own = await encoder.encode(data.test, 0, count);
  encoder.dispose();
  const channels = network.blocks.map((block) => block.channels);
  const parity = {
    images: bytesFile([count, size, size, 3], data.test.pixels.subarray(0, count * size * size * 3)),
    features: { [form]: tensorFile([count, network.features], features) },
    ...(form === 'gated' && { gates: gatesFiles(network, count, gates) }),
  };
  const open = form === 'gated' ? meanOpen(network, await testGates(laboratory, tell, gateShift)) : undefined;
  return {
    ...{ kind: 'slice', form, gateShift: alone.gateShift ?? null },
    weights: slicedWeightsFile(alone, weights.architecture, parity),
    inner: channels,
    channels,
    denseMacs: network.denseMacs,
    macs: frozenMacs(alone, open),
    difference: relativeDifference(own.features, features),
  };
}

/**
 * The gates of both sets; sets that were not encoded yet are encoded.
 * @param gateShift δ; if missing, the gates are those of the weights, which are kept
 */
export async function openGates(
  laboratory: Laboratory,
  tell: (progress: JobProgress) => Promise<void>,
  gateShift?: number,
): Promise<{ train: Gates; test: Gates }> {
  if (gateShift !== undefined) {
    const { train, test } = laboratory.data;
    return {
      train: await gatesAt(laboratory, train, tell, gateShift),
      test: await gatesAt(laboratory, test, tell, gateShift),
    };
  }
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

/**
 * The gates of the test images only, because no others are counted, and there may be many training images.
 */
async function testGates(
  laboratory: Laboratory,
  tell: (progress: JobProgress) => Promise<void>,
  gateShift: number | undefined,
): Promise<Gates> {
  if (gateShift === undefined && laboratory.has('gated'))
    return (await laboratory.encoded('gated', async () => {})).test.gates;
  return gatesAt(laboratory, laboratory.data.test, tell, gateShift);
}

/** The gates of a set at a δ. */
async function gatesAt(
  { network, engine, data }: Laboratory,
  images: Dataset,
  tell: (progress: JobProgress) => Promise<void>,
  gateShift: number | undefined,
): Promise<Gates> {
  let gates: Gates = [];
  let done = 0;
  const work = async (onWork: OnWork) => {
    const advance = (count: number) => {
      done += count;
      return onWork(done, images.count);
    };
    const encoder = gateShift === undefined ? engine : shifted(engine, gateShift);
    ({ gates } = await encodeAll(encoder, network, images, 'gated', advance));
  };
  const task = `Gates of the ${images === data.test ? 'test' : 'training'} images`;
  await doJobs([{ task, unit: 'images', cost: 1, work }], tell);
  return gates;
}

/** Open channels of each block, as a mean over images. */
function meanOpen(network: Network, gates: Gates): number[] {
  return openRates(network, gates).map((block) => block.reduce((sum, rate) => sum + rate, 0));
}

/** Gates u8 [N, C] with only the given channels, in their order. */
function columnsOf(gates: Uint8Array, channels: number, kept: readonly number[]): Uint8Array {
  const images = gates.length / channels;
  const columns = new Uint8Array(images * kept.length);
  for (let n = 0; n < images; n++) {
    for (const [i, channel] of kept.entries()) columns[n * kept.length + i] = gates[n * channels + channel]!;
  }
  return columns;
}

/** Gates by block, in the form of a file. */
function gatesFiles({ blocks }: Network, count: number, gates: Gates): Record<string, BytesFile> {
  return Object.fromEntries(
    gates.map((block, l) => [blocks[l]!.name, bytesFile([count, block.length / count], block)]),
  );
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

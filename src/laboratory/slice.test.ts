import { beforeAll, expect, it } from 'vitest';
import { independentFeatures } from '../../e2e/independentForward.ts';
import { deviation } from '../method/numbers.fixture.ts';
import { startTensors } from '../network/fromWeights.ts';
import { bytesFile, fromBase64, tensorValues, type WeightsFile } from '../network/weights.ts';
import { checkWeights } from '../network/weightsCheck.ts';
import { weightsToSafetensors } from '../network/weightsTensors.ts';
import { parseSafetensors } from '../run/files/weightsText.ts';
import { noiseData, RecordedSession, TINY } from '../session/session.fixture.ts';
import { gateUsage } from '../statistics/gateUsage.ts';
import { nodePlaces } from '../wasm/threads/nodePlaces.ts';
import type { Order } from './door/protocol.ts';
import { performInference } from './inference.ts';
import { type Laboratory, openLaboratory } from './laboratory.ts';
import { performParity } from './performParity.ts';
import { performSlice } from './slice.ts';
import { perform } from './workbench.ts';

const data = noiseData(40, 30);
const quietly = async () => {};

async function laboratoryOf(system: 'dual-gating' | 'vicreg'): Promise<Laboratory> {
  const run = await new RecordedSession({ data }).whole({ ...TINY, system, steps: 3 });
  return openLaboratory(run.of('weights')[0]!.weights, data, { pool: nodePlaces() });
}
let laboratory: Laboratory;
beforeAll(async () => {
  laboratory = await laboratoryOf('dual-gating');
});

it.each(['frozen', 'never-open'] as const)(
  'a sliced network (%s) gives the masked one’s features',
  async (form) => {
    const outcome = await performSlice(laboratory, { kind: 'slice', form }, quietly);
    const { weights, inner, channels, macs, denseMacs } = outcome;
    expect(outcome.difference).toBeLessThan(1e-6);
    expect(inner.some((count, l) => count < channels[l]!)).toBe(true);
    expect(macs).toBeLessThan(denseMacs);
    expect(weights.architecture).toMatchObject({ inner, gated: form === 'never-open', bn: 'shared' });
    // The file is read by a forward pass that shares no code with the product.
    const branch = form === 'frozen' ? 'dense' : 'gated';
    const expected = tensorValues(weights.parity!.features[branch]!);
    const { parity } = weights;
    const features = independentFeatures({ ...weights, parity: parity! }, branch);
    expect(
      deviation(
        features.flatMap((row) => [...row]),
        expected,
      ),
    ).toBeLessThan(1e-5);
  },
);

it.each(['frozen', 'never-open'] as const)(
  'a sliced network (%s) comes back, is measured as it is, and asked nothing that takes the whole',
  async (form) => {
    const { weights, inner, macs } = await performSlice(laboratory, { kind: 'slice', form }, quietly);
    const slice = await openLaboratory(weights, data, { pool: nodePlaces() });
    const branch = form === 'frozen' ? 'dense' : 'gated';
    const { test } = await slice.encoded(branch, quietly);
    // The first test images are in the weights' file, with the features of the masked network.
    const expected = tensorValues(weights.parity!.features[branch]!);
    expect(deviation([...test.features.subarray(0, expected.length)], expected)).toBeLessThan(1e-6);
    expect(test.gates.map((gates) => gates.length)).toEqual(
      branch === 'gated' ? inner.map((channels) => 30 * channels) : [],
    );
    const measures = { knn: [{ k: 20, distance: 'cosine' }], ridge: true, linear: false } as const;
    const order = { kind: 'measures', ...measures, matryoshka: false, spread: false, floors: false } as const;
    const outcome = await perform(slice, order, quietly);
    if (outcome.kind !== 'measures') throw new Error('measures came to something else');
    expect(outcome.branches[0]!.macs / macs).toBeCloseTo(1, 6);
    for (const kind of ['slice', 'masks', 'inference'] as const)
      await expect(perform(slice, { kind } as Exclude<Order, { kind: 'parity' }>, quietly)).rejects.toThrow(
        'These weights are a slice',
      );
    slice.dispose();
  },
);

it.each(['gated', 'frozen', 'never-open'] as const)(
  'a network at another budget (%s) keeps its shift, and gives the same in a file that is read independently',
  async (form) => {
    const order = { kind: 'slice', form, budget: 0.12 } as const;
    const { weights, gateShift, macs, denseMacs, difference } = await performSlice(
      laboratory,
      order,
      quietly,
    );
    expect(gateShift).not.toBe(0);
    expect(difference).toBeLessThan(1e-6);
    expect(macs).toBeLessThan(0.5 * denseMacs);
    expect(weights.architecture.gateShift).toBe(form === 'frozen' ? undefined : gateShift);
    expect(() => checkWeights(weights)).not.toThrow();
    const branch = form === 'frozen' ? 'dense' : 'gated';
    const features = independentFeatures({ ...weights, parity: weights.parity! }, branch);
    const expected = tensorValues(weights.parity!.features[branch]!);
    expect(
      deviation(
        features.flatMap((row) => [...row]),
        expected,
      ),
    ).toBeLessThan(1e-5);
    // It comes back through safetensors, and is held to its own gates and features.
    const { weights: again } = parseSafetensors(weightsToSafetensors(weights));
    expect(again.architecture).toEqual(weights.architecture);
    expect(await performParity(again, { pool: nodePlaces() })).toMatchObject({ images: 16 });
    if (form === 'frozen') return;
    const { gateShift: _, ...unshifted } = weights.architecture;
    await expect(
      performParity({ ...weights, architecture: unshifted }, { pool: nodePlaces() }),
    ).rejects.toThrow('differ by more than');
    expect(() => startTensors(weights, TINY)).toThrow(/slice|shifted by .*exported without a budget/);
  },
);

it('a budget that is no share is refused', async () => {
  const order = { kind: 'slice', form: 'gated', budget: 2 } as const;
  await expect(performSlice(laboratory, order, quietly)).rejects.toThrow('Ask for shares such as 0.3.');
});

it('a sliced gated network stays conditional, with a row of the gate per channel', async () => {
  const { weights, inner } = await performSlice(laboratory, { kind: 'slice', form: 'never-open' }, quietly);
  inner.forEach((count, l) => {
    const { name } = laboratory.network.blocks[l]!;
    expect(weights.tensors[`backbone.${name}.mask_c.atten_c.3.weight`]!.shape[0]).toBe(count);
    expect(weights.tensors[`backbone.${name}.conv2.weight`]!.shape[1]).toBe(count);
  });
});

it('a sliced gated network carries the gates of the channels that stay, and is held to them', async () => {
  const { weights, inner } = await performSlice(laboratory, { kind: 'slice', form: 'never-open' }, quietly);
  const parity = weights.parity!;
  const { test, train } = await laboratory.encoded('gated', quietly);
  laboratory.network.blocks.forEach(({ name, channels }, l) => {
    const everOpen = Array.from({ length: channels }, (_, c) =>
      [train, test].some(({ gates }) => gates[l]!.some((bit, i) => i % channels === c && bit === 1)),
    );
    // These are rows of the whole network's gates, without the channels that no image opens.
    const rows = test.gates[l]!.subarray(0, 16 * channels).filter((_, i) => everOpen[i % channels]);
    expect(parity.gates![name]!.shape).toEqual([16, inner[l]]);
    expect(fromBase64(parity.gates![name]!.data)).toEqual(rows);
  });
  expect(() => checkWeights(weights)).not.toThrow();
  expect(await performParity(weights, { pool: nodePlaces() })).toEqual({
    ...{ kind: 'parity', images: 16, branches: ['gated'], gates: true },
  });
  const flipped = Object.fromEntries(
    Object.entries(parity.gates!).map(([name, { shape, data: bits }]) => [
      name,
      bytesFile(
        shape,
        fromBase64(bits).map((bit) => 1 - bit),
      ),
    ]),
  );
  const wrong: WeightsFile = { ...weights, parity: { ...parity, gates: flipped } };
  await expect(performParity(wrong, { pool: nodePlaces() })).rejects.toThrow(
    /gates must open as in the file for its 16 images, but do not for 16/,
  );
});

it('a slice without gates carries none', async () => {
  const { weights } = await performSlice(laboratory, { kind: 'slice', form: 'frozen' }, quietly);
  expect(weights.parity).not.toHaveProperty('gates');
  expect(await performParity(weights, { pool: nodePlaces() })).toMatchObject({
    branches: ['dense'],
    gates: false,
  });
});

it('the gated branch alone costs what its gates open, as a mean over the test images', async () => {
  const images: number[] = [];
  const fresh = await openLaboratory(laboratory.weights, data, { pool: nodePlaces() });
  const heard = async ({ done, total }: { done: number; total: number }) => {
    images.push(done, total);
  };
  const outcome = await performSlice(fresh, { kind: 'slice', form: 'gated' }, heard);
  // The training images are not encoded for it.
  expect(images.at(-1)).toBe(30);
  expect(fresh.has('gated')).toBe(false);
  const { network } = laboratory;
  const { test } = await laboratory.encoded('gated', quietly);
  expect(outcome.macs / gateUsage(network, test.gates).macs.gated!).toBeCloseTo(1, 6);
  expect(outcome.macs).toBeLessThan(outcome.denseMacs);
  // The MACs are the same if both sets were encoded before. Without gates they are the dense ones.
  const again = await performSlice(laboratory, { kind: 'slice', form: 'gated' }, quietly);
  expect(again.macs).toBeCloseTo(outcome.macs, 6);
  const dense = await performSlice(fresh, { kind: 'slice', form: 'dense' }, quietly);
  expect(dense.macs).toBe(dense.denseMacs);
  fresh.dispose();
});

it('inference is timed on the weights and gates that were trained', async () => {
  const { report } = await performInference(laboratory, { kind: 'inference', engine: 'wasm' }, quietly);
  expect(report).toMatchObject({ engine: 'wasm', width: 4, batch: 30 });
  const { macs } = await performSlice(laboratory, { kind: 'slice', form: 'never-open' }, quietly);
  expect(report.forms.conditional.macs / macs).toBeCloseTo(1, 1);
});

it('slices and timings with a known shift are those of the budget that it was found for', async () => {
  const asked = { kind: 'slice', form: 'never-open' } as const;
  const found = await performSlice(laboratory, { ...asked, budget: 0.12 }, quietly);
  const gateShift = found.gateShift!;
  const known = await performSlice(laboratory, { ...asked, gateShift }, quietly);
  expect(known).toEqual(found);
  const timed = { kind: 'inference', engine: 'wasm' } as const;
  const { report, ...at } = await performInference(laboratory, { ...timed, gateShift }, quietly);
  expect(at).toEqual({ kind: 'inference', gateShift });
  const trained = await performInference(laboratory, timed, quietly);
  expect(trained.gateShift).toBe(0);
  // Channels that no test image opens are cut, up to a multiple of four, so the MACs are about the slice's.
  expect(report.forms.conditional.macs / known.macs).toBeCloseTo(1, 1);
  expect(report.forms.conditional.macs).toBeLessThan(0.8 * trained.report.forms.conditional.macs);
  expect(report.forms.dense.macs).toBe(trained.report.forms.dense.macs);
  const byBudget = await performInference(laboratory, { ...timed, budget: 0.12 }, quietly);
  expect(byBudget.gateShift).toBe(gateShift);
});

it('networks without gates are refused', async () => {
  const dense = await laboratoryOf('vicreg');
  await expect(performSlice(dense, { kind: 'slice', form: 'frozen' }, quietly)).rejects.toThrow(
    /must have gates/,
  );
  await expect(performInference(dense, { kind: 'inference', engine: 'wasm' }, quietly)).rejects.toThrow(
    /must have gates/,
  );
});

it('a network with the 7×7 stem is cut like any other, also where a file is read independently', async () => {
  const large = noiseData(8, 4, 33);
  const config = { ...TINY, stem: 'imagenet', steps: 2 } as const;
  const run = await new RecordedSession({ data: large }).whole(config);
  const opened = await openLaboratory(run.of('weights')[0]!.weights, large, { pool: nodePlaces() });
  const { weights, difference } = await performSlice(opened, { kind: 'slice', form: 'never-open' }, quietly);
  opened.dispose();
  expect(difference).toBeLessThan(1e-6);
  const features = independentFeatures({ ...weights, parity: weights.parity! }, 'gated');
  expect(
    deviation(
      features.flatMap((row) => [...row]),
      tensorValues(weights.parity!.features.gated!),
    ),
  ).toBeLessThan(1e-5);
});

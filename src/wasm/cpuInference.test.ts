import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RECIPES } from '../data/images/recipe.ts';
import { useBackend } from '../method/backend.ts';
import type { FrozenNetwork } from '../network/slice.ts';
import { expectInference, INFERENCE_CASES, imagesOf } from '../plan/inference.fixture.ts';
import { CpuInference } from './cpuInference.ts';
import { nodePlaces } from './threads/nodePlaces.ts';
import type { Machine } from './threads/places.ts';

beforeAll(() => useBackend('cpu'));

const opened: CpuInference[] = [];
afterEach(() => {
  for (const inference of opened.splice(0)) inference.dispose();
});

async function open(frozen: FrozenNetwork, skipClosed: boolean, machine: Machine): Promise<CpuInference> {
  const inference = await CpuInference.open(frozen, imagesOf(frozen), {
    ...{ machine, places: nodePlaces(), skipClosed },
    normalisation: RECIPES.cifar10.evaluation,
  });
  opened.push(inference);
  return inference;
}

describe.each([false, true])('inference on the processor, fused: %s', (fused) => {
  it.each(INFERENCE_CASES)('%s: the reference’s features and gates', async (_, frozen, skipClosed) => {
    await expectInference(frozen, await open(frozen, skipClosed, { fused, threads: 1 }));
  });

  it.each(INFERENCE_CASES)(
    '%s: the same bits on one thread, two and three',
    async (_, frozen, skipClosed) => {
      const [one, ...others] = await Promise.all(
        [1, 2, 3].map(async (threads) => (await open(frozen, skipClosed, { fused, threads })).encode()),
      );
      for (const other of others) expect(other).toEqual(one);
    },
  );
});

it('takes other images in the place of the first ones, and refuses more than it has room for', async () => {
  const [, frozen] = INFERENCE_CASES[1]!;
  const images = imagesOf(frozen);
  const inference = await open(frozen, false, { fused: false, threads: 1 });
  const { features } = frozen.network;
  const all = (await inference.encode()).features;
  inference.show(images, 3, 5);
  const shown = (await inference.encode()).features;
  expect(shown.subarray(0, 2 * features)).toEqual(all.subarray(3 * features));
  expect(shown.subarray(2 * features)).toEqual(all.subarray(2 * features));
  expect(() => inference.show({ ...images, count: 6 }, 0, 6)).toThrow('at most 5 images, got 6');
});

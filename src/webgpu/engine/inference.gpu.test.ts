import { beforeAll, describe, expect, it } from 'vitest';
import { RECIPES } from '../../data/images/recipe.ts';
import { useBackend } from '../../method/backend.ts';
import { hashedImages, tinySetup } from '../../method/engine.fixture.ts';
import { FrozenEncoder } from '../../method/frozenEncoder.ts';
import { deviation, noise } from '../../method/numbers.fixture.ts';
import { branchNetwork, type FrozenNetwork, sliceNetwork, withoutGates } from '../../network/slice.ts';
import { untuned } from '../kernels/convolution/tuning.ts';
import { testGpu } from './gpu.fixture.ts';
import { GpuInference } from './inference.ts';

const images = hashedImages(5, 12);
/** An odd side, pixels, of images that go through the stem for large images. */
const LARGE = 45;
const { network, initial } = tinySetup();
const touched = (tensors: ReadonlyMap<string, Float32Array>, size: number) =>
  new Map(
    [...tensors].map(([name, values], i) => [
      name,
      values.map((v, c) => v + (/bn|running/.test(name) ? size * noise(i, [c + 1])[c]! : 0)),
    ]),
  );
const state = { parameters: touched(initial.parameters, 0.3), buffers: touched(initial.buffers, 0.4) };
const gated = branchNetwork(network, state, 'gated');
const large = tinySetup({}, { input: LARGE, stem: 'imagenet' });
const gatedLarge = branchNetwork(
  large.network,
  { parameters: touched(large.initial.parameters, 0.3), buffers: touched(large.initial.buffers, 0.4) },
  'gated',
);
const kept = network.blocks.map(({ channels }, l) =>
  l === 3 ? [] : Array.from({ length: channels }, (_, c) => c).filter((c) => c % 3 !== l % 3),
);

let device: GPUDevice;
beforeAll(async () => {
  await useBackend('cpu');
  ({ device } = (await testGpu()).gpu);
});

const CASES: readonly (readonly [string, FrozenNetwork, boolean])[] = [
  ['dense', withoutGates(gated), false],
  ['masked', gated, false],
  ['sliced to odd numbers of channels, and none', sliceNetwork(withoutGates(gated), kept), false],
  ['conditional', gated, true],
  ['conditional and sliced', sliceNetwork(gated, kept), true],
  ['large images, conditional and sliced', sliceNetwork(gatedLarge, kept), true],
];

describe.each(['software', 'hardware'] as const)('inference as it is cut for a %s adapter', (adapter) => {
  it.each(CASES)('%s: the reference’s features and gates', async (_, frozen, skipClosed) => {
    const seen = frozen.network.spec.input === LARGE ? hashedImages(3, LARGE) : images;
    const expected = await new FrozenEncoder(frozen, RECIPES.cifar10.evaluation).encode(seen, 0, seen.count);
    const options = {
      tuning: untuned(adapter),
      skipClosed,
      normalisation: RECIPES.cifar10.evaluation,
    };
    const inference = await GpuInference.open(device, frozen, seen, options);
    // Two forward passes, because nothing of the first may change the second.
    await inference.run();
    const encoded = await inference.encode();
    inference.dispose();
    expect(deviation(encoded.features, expected.features)).toBeLessThan(1e-5);
    expect(encoded.gates).toEqual(expected.gates);
  });
});

import { expect } from 'vitest';
import { RECIPES } from '../data/images/recipe.ts';
import { hashedImages, tinySetup } from '../method/engine.fixture.ts';
import { FrozenEncoder } from '../method/frozenEncoder.ts';
import { deviation, noise } from '../method/numbers.fixture.ts';
import { branchNetwork, type FrozenNetwork, sliceNetwork, withoutGates } from '../network/slice.ts';
import type { PlannedInference } from './plannedInference.ts';

// Frozen networks, and what the reference engine makes of them.

/** An odd side, pixels, of images that go through the stem for large images. */
const LARGE = 45;

const touched = (tensors: ReadonlyMap<string, Float32Array>, size: number) =>
  new Map(
    [...tensors].map(([name, values], i) => [
      name,
      values.map((v, c) => v + (/bn|running/.test(name) ? size * noise(i, [c + 1])[c]! : 0)),
    ]),
  );

/** A gated network whose BatchNorms are no longer those of an untrained one. */
function gatedOf(...setup: Parameters<typeof tinySetup>): FrozenNetwork {
  const { network, initial } = tinySetup(...setup);
  const state = { parameters: touched(initial.parameters, 0.3), buffers: touched(initial.buffers, 0.4) };
  return branchNetwork(network, state, 'gated');
}

const gated = gatedOf();
const gatedLarge = gatedOf({}, { input: LARGE, stem: 'imagenet' });
const kept = gated.network.blocks.map(({ channels }, l) =>
  l === 3 ? [] : Array.from({ length: channels }, (_, c) => c).filter((c) => c % 3 !== l % 3),
);

/** Titles, networks, and whether they skip closed channels. */
export const INFERENCE_CASES: readonly (readonly [string, FrozenNetwork, boolean])[] = [
  ['dense', withoutGates(gated), false],
  ['masked', gated, false],
  ['sliced to odd numbers of channels, and none', sliceNetwork(withoutGates(gated), kept), false],
  ['conditional', gated, true],
  ['conditional and sliced', sliceNetwork(gated, kept), true],
  ['large images, conditional and sliced', sliceNetwork(gatedLarge, kept), true],
];

/** Images for a network of the cases. */
export function imagesOf({ network }: FrozenNetwork): ReturnType<typeof hashedImages> {
  return network.spec.input === LARGE ? hashedImages(3, LARGE) : hashedImages(5, 12);
}

/** Values of δ that close most gates of the cases, some, and none. */
const SHIFTS = [-0.25, 0.0625, 8] as const;

/**
 * Expects the reference's features and gates of a network that was opened on its images, also when its gates
 * are shifted, and the same bits again when they are shifted back.
 */
export async function expectInference(frozen: FrozenNetwork, inference: PlannedInference): Promise<void> {
  const images = imagesOf(frozen);
  const reference = new FrozenEncoder(frozen, RECIPES.cifar10.evaluation);
  // Two forward passes, because nothing of the first may change the second.
  await inference.run();
  const unshifted = await inference.encode();
  for (const gateShift of [0, ...SHIFTS]) {
    inference.shiftGates(gateShift);
    const encoded = await inference.encode();
    const expected = await reference.encode(images, 0, images.count, { gateShift });
    expect(deviation(encoded.features, expected.features)).toBeLessThan(1e-5);
    expect(encoded.gates).toEqual(expected.gates);
    if (gateShift === 0) expect(encoded).toEqual(unshifted);
  }
  reference.dispose();
  inference.shiftGates(0);
  expect(await inference.encode()).toEqual(unshifted);
}

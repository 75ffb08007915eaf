import type { Images } from '../data/images/dataset.ts';
import type { Engine } from '../engine.ts';
import type { Branch } from '../metrics.ts';
import { type BytesFile, fromBase64, tensorValues, type WeightsFile } from '../network/weights.ts';

/**
 * Largest error of an image's features, relative to its largest feature, that rounding in two engines can
 * cause.
 */
const TOLERANCE = 1e-3;
/** Share of images that may differ by more, because a gate's logit near 0 may change its sign. */
const FLIPPED = 0.25;

/**
 * Compares the features in the weights' file with those that this engine computes.
 * @throws Error if they differ: tensors were changed, or belong to another architecture
 */
export async function checkParity(engine: Pick<Engine, 'encode'>, { parity }: WeightsFile): Promise<void> {
  if (parity === undefined) return;
  const [count, size] = parity.images.shape;
  if (count === undefined || size === undefined) return;
  const pixels = fromBase64(parity.images.data);
  for (const branch of Object.keys(parity.features) as Branch[]) {
    const expected = tensorValues(parity.features[branch]!);
    const { features, gates } = await engine.encode({ count, size, pixels }, 0, count, branch);
    const differing = differingImages(features, expected, count);
    if (features.length !== expected.length || differing > FLIPPED * count) {
      throw new Error(
        `weights: the ${branch} branch must give the features in the file for its ${count} images, ` +
          `but ${differing} of them differ by more than ${TOLERANCE}. The file was changed or is damaged; export it again.`,
      );
    }
    if (parity.gates !== undefined && gates.length > 0)
      checkGates(gates, Object.entries(parity.gates), count);
  }
}

/** Images that two engines must agree on. */
const COMPARED = 16;

/**
 * Compares the features of the first images by two engines, with the tolerance of features in a file.
 * @throws Error if they differ: the first engine computes wrongly
 */
export async function checkAgreement(
  name: 'wasm' | 'webgpu',
  engine: Pick<Engine, 'encode'>,
  reference: Pick<Engine, 'encode'>,
  branches: readonly Branch[],
  images: Images,
): Promise<void> {
  const count = Math.min(COMPARED, images.count);
  for (const branch of branches) {
    const [got, expected] = [
      await engine.encode(images, 0, count, branch),
      await reference.encode(images, 0, count, branch),
    ];
    const differing = differingImages(got.features, expected.features, count);
    if (got.features.length !== expected.features.length || differing > FLIPPED * count) {
      throw new Error(
        `The ${name} engine computes wrongly here: features of the ${branch} branch must be those of the reference engine, ` +
          `but for ${differing} of ${count} images they differ by more than ${TOLERANCE}. ${name === 'wasm' ? 'Take another browser, or the engine cpu in Node' : 'Take the WASM engine'}.`,
      );
    }
  }
}

/** How many images' features differ by more than rounding explains. */
function differingImages(features: Float32Array, expected: Float32Array, count: number): number {
  const dimension = expected.length / count;
  return Array.from({ length: count }, (_, n) => [n * dimension, (n + 1) * dimension] as const).filter(
    ([from, to]) => !(relativeError(features.subarray(from, to), expected.subarray(from, to)) <= TOLERANCE),
  ).length;
}

/** @throws Error if the gates of more images differ than rounding can explain */
function checkGates(
  gates: readonly Uint8Array[],
  expected: readonly (readonly [string, BytesFile])[],
  count: number,
): void {
  const flipped = new Set<number>();
  expected.forEach(([, file], l) => {
    const bits = fromBase64(file.data);
    const channels = bits.length / count;
    bits.forEach((bit, i) => {
      if (gates[l]?.[i] !== bit) flipped.add(Math.floor(i / channels));
    });
  });
  if (flipped.size > FLIPPED * count) {
    throw new Error(
      `weights: the gates must open as in the file for its ${count} images, but do not for ${flipped.size} of them. The file was changed or is damaged; export it again.`,
    );
  }
}

function relativeError(values: Float32Array, expected: Float32Array): number {
  let largest = 0;
  let worst = 0;
  for (let d = 0; d < expected.length; d++) {
    largest = Math.max(largest, Math.abs(expected[d]!));
    worst = Math.max(worst, Math.abs(values[d]! - expected[d]!));
  }
  return worst / Math.max(largest, 1e-12);
}

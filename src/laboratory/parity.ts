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
    const dimension = expected.length / count;
    let differing = 0;
    for (let n = 0; n < count; n++) {
      const at = n * dimension;
      const error = relativeError(
        features.subarray(at, at + dimension),
        expected.subarray(at, at + dimension),
      );
      if (!(error <= TOLERANCE)) differing++;
    }
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

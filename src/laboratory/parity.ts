import type { Engine } from '../engine.ts';
import type { Branch } from '../metrics.ts';
import { tensorValues, type WeightsFile } from '../network/weights.ts';

/** Largest error of an image's features, relative to its largest feature, that two engines' rounding explains. */
const TOLERANCE = 1e-3;
/** Share of images that may differ by more: a gate's logit at 0 may fall to either side. */
const FLIPPED = 0.25;

/**
 * Holds the features that travel with the weights against those that this engine computes.
 * @throws Error when they differ: tensors were changed, or belong to another architecture
 */
export async function checkParity(engine: Pick<Engine, 'encode'>, { parity }: WeightsFile): Promise<void> {
  if (parity === undefined) return;
  const [count, size] = parity.images.shape;
  if (count === undefined || size === undefined) return;
  const pixels = Uint8Array.from(atob(parity.images.data), (character) => character.charCodeAt(0));
  for (const branch of Object.keys(parity.features) as Branch[]) {
    const expected = tensorValues(parity.features[branch]!);
    const { features } = await engine.encode({ count, size, pixels }, 0, count, branch);
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

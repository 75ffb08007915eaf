import { hashedUniform } from '../../random.ts';
import type { Dataset, TrainAndTest } from './dataset.ts';

/**
 * Takes a share of the images away from training, to test on, for data that comes without a test set. Every
 * image has a hash of its position, and those with the smallest hashes are the test. So the split depends
 * only on the number of images and the seed, never on the labels. Both parts keep the order of the data set.
 * The test has round(share · count) images, at least 1, and at least 1 is left to train on.
 * @throws RangeError if the share is not between 0 and 1, or there are fewer than 2 images
 */
export function holdOut(dataset: Dataset, share: number, seed = 0): TrainAndTest {
  const { count } = dataset;
  if (!(share > 0 && share < 1)) throw new RangeError(`holdOut: share must be between 0 and 1, got ${share}`);
  if (count < 2) throw new RangeError(`holdOut: must have 2 images or more, got ${count}`);
  const tests = Math.min(count - 1, Math.max(1, Math.round(share * count)));
  const hashes = Array.from({ length: count }, (_, i) => ({ i, hash: hashedUniform(seed, i) }));
  hashes.sort((a, b) => a.hash - b.hash || a.i - b.i);
  const indices = (part: typeof hashes) => part.map(({ i }) => i).sort((a, b) => a - b);
  return {
    train: pick(dataset, indices(hashes.slice(tests))),
    test: pick(dataset, indices(hashes.slice(0, tests))),
  };
}

function pick(dataset: Dataset, indices: readonly number[]): Dataset {
  const image = dataset.size * dataset.size * 3;
  const pixels = new Uint8Array(indices.length * image);
  const labels = new Uint8Array(indices.length);
  indices.forEach((from, to) => {
    pixels.set(dataset.pixels.subarray(from * image, (from + 1) * image), to * image);
    labels[to] = dataset.labels[from]!;
  });
  return { ...dataset, count: indices.length, pixels, labels };
}

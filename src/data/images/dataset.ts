import type { RecipeId } from './recipe.ts';

/** Images as bytes. This is all that training sees: labels are not here. */
export interface Images {
  readonly count: number;
  /** Side of the square image, pixels. */
  readonly size: number;
  /** u8 [count, size, size, 3], row-major, RGB. */
  readonly pixels: Uint8Array;
}

/** Images of one data set: its recipe decides how they are normalised and how their views are made. */
export interface ImageSet extends Images {
  /** How the authors treat such images. */
  readonly recipe: RecipeId;
}

/** Images with what evaluation and the page may know about them. */
export interface Dataset extends ImageSet {
  readonly name: string;
  /** u8 [count]: index into `classes`; all 0 where nobody labelled the images. */
  readonly labels: Uint8Array;
  /** At most 256 names; none where nobody labelled the images. */
  readonly classes: readonly string[];
}

/** The classes of CIFAR-10, and of Emoji-10, in label order. */
export const CIFAR10_CLASSES = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
] as const;

/** The first `count` images (all, if there are fewer). Shares memory with `dataset`. */
export function firstImages(dataset: Dataset, count: number): Dataset {
  const kept = Math.min(count, dataset.count);
  const bytes = kept * dataset.size * dataset.size * 3;
  return {
    ...dataset,
    count: kept,
    pixels: dataset.pixels.subarray(0, bytes),
    labels: dataset.labels.subarray(0, kept),
  };
}

/** A data set that cannot be used, in words for its user: what, what was expected, what came, what to do. */
export class DataError extends Error {
  override readonly name = 'DataError';
}

/** Images to learn from, and images to test on. */
export interface TrainAndTest {
  readonly train: Dataset;
  /**
   * Labelled images that k-NN and probes learn from, where training has none: STL-10 trains on its unlabeled split.
   * Without it, they learn from `train`.
   */
  readonly bank?: Dataset;
  readonly test: Dataset;
  /** `fingerprintOf` these images (data/images/imagesFile.ts), where somebody counted it. */
  readonly fingerprint?: string;
}

/** The labelled images that k-NN and probes learn from; null where there are none, or the test has no labels. */
export function bankOf({ train, bank = train, test }: TrainAndTest): Dataset | null {
  return bank.classes.length > 0 && test.classes.length > 0 ? bank : null;
}

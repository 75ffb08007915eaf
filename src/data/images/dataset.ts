import type { PixelFloors } from '../../metrics.ts';
import type { Arrival } from './arrival.ts';
import type { RecipeId } from './recipe.ts';

/** Images as bytes. Training sees only these, and no labels. */
export interface Images {
  readonly count: number;
  /** Side of the square image, pixels. */
  readonly size: number;
  /** u8 [count, size, size, 3], row-major, RGB. */
  readonly pixels: Uint8Array;
  /**
   * Images of each of the parts in which the set comes one after another, if it does. The first epoch of a
   * run takes them part by part (session/course/batches.ts).
   */
  readonly part?: number;
}

/** Images of one data set: its recipe decides how they are normalised and how their views are made. */
export interface ImageSet extends Images {
  /** How the authors treat such images. */
  readonly recipe: RecipeId;
}

/** Images with the labels, which only evaluation and the page may know. */
export interface Dataset extends ImageSet {
  readonly name: string;
  /** u8 [count]: index into `classes`; all 0 if the images have no labels. */
  readonly labels: Uint8Array;
  /** At most 256 names; empty if the images have no labels. */
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

/** The first `count` images, or all if there are fewer. The result shares memory with `dataset`. */
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

/**
 * The error for a data set that cannot be used. Its words tell the user what failed, what was expected, what
 * came, and what to do.
 */
export class DataError extends Error {
  override readonly name = 'DataError';
}

/** The fetch of a data set broke off, and may succeed when it is tried again. */
export class BrokenOffError extends DataError {}

/** Images to learn from, and images to test on. */
export interface TrainAndTest {
  readonly train: Dataset;
  /**
   * Labelled images that k-NN and probes learn from, if training has no labels: STL-10 trains on its
   * unlabelled split. Without `bank`, they learn from `train`.
   */
  readonly bank?: Dataset;
  readonly test: Dataset;
  /** How the images come that are not there yet. Without it, all are there. */
  readonly arrival?: Arrival;
  /** `fingerprintOf` these images (data/images/imagesFile.ts), if it is known. */
  readonly fingerprint?: string;
  /**
   * Accuracies of 20-NN on the pixels of the whole sets, if whoever made the data set has measured them. It
   * takes much longer than the images take to load.
   */
  readonly pixelFloors?: PixelFloors;
  /** Whole sentences on what was left out, for the user. */
  readonly notices?: readonly string[];
}

/** The labelled images that k-NN and probes learn from; null if there are none, or the test has no labels. */
export function bankOf({ train, bank = train, test }: TrainAndTest): Dataset | null {
  return bank.classes.length > 0 && test.classes.length > 0 ? bank : null;
}

import type { Images } from '../data/images/dataset.ts';
import { normaliseImages } from '../data/images/normalise.ts';
import type { Normalisation } from '../data/images/recipe.ts';

/** Vectors to compare. They are read in ranges, so that a large set need not be in memory as floats. */
export interface Rows {
  readonly count: number;
  readonly dimension: number;
  /** f32 [to - from, dimension]. Do not write to it: it may share memory. */
  read(from: number, to: number): Float32Array;
}

/** Features as rows. @param features f32 [N, dimension] */
export function featureRows(features: Float32Array, dimension: number): Rows {
  if (features.length % dimension !== 0) {
    throw new Error(
      `featureRows: must hold whole rows of ${dimension} values, got ${features.length} values`,
    );
  }
  return {
    count: features.length / dimension,
    dimension,
    read: (from, to) => features.subarray(from * dimension, to * dimension),
  };
}

/** Normalised pixels as rows, for the accuracy of raw pixels. */
export function pixelRows(images: Images, normalisation: Normalisation): Rows {
  return {
    count: images.count,
    dimension: images.size * images.size * 3,
    read: (from, to) => normaliseImages(images, from, to, normalisation),
  };
}

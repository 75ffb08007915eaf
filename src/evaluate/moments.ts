import * as tf from '@tensorflow/tfjs';
import type { OnChunk } from './nearest.ts';
import type { Rows } from './rows.ts';

// N rows, D dimensions, C classes.

/**
 * Second moments of standardised features and of one-hot labels. Linear least squares needs nothing else of a
 * set.
 */
export interface Moments {
  readonly count: number;
  readonly dimension: number;
  readonly classes: number;
  /** f64 [D] */
  readonly mean: Float64Array;
  /** f64 [D]: standard deviation over the rows (divided by N); 0 if a dimension is nearly constant. */
  readonly deviation: Float64Array;
  /** f64 [D, D]: correlations; 0 in rows and columns of constant dimensions. */
  readonly correlation: Float64Array;
  /** f64 [D, C]: mean product of a standardised dimension with a class's one-hot label. */
  readonly cross: Float64Array;
  /** f64 [C]: share of the rows that each class has. */
  readonly shares: Float64Array;
}

/** Multiply-adds between two calls of `onChunk`: some tens of milliseconds on WASM. */
const CHUNK_MACS = 500_000_000;
/** Rows of one product. With so many, float32 sums lose only their last digits. */
const CHUNK_ROWS = 4096;
/**
 * A dimension whose deviation is below this part of the largest one counts as constant: it is rounding noise.
 */
const CONSTANT = 1e-6;

/**
 * Moments of a labelled set; products run on tfjs's current backend, sums are float64.
 * @param labels u8 [N], below `classes`
 * @throws Error on an empty set, on labels that do not fit, and on features that are not finite
 */
export async function moments(
  features: Rows,
  labels: Uint8Array,
  classes: number,
  onChunk?: OnChunk,
): Promise<Moments> {
  const { count, dimension } = features;
  checkLabels(count, labels, classes);
  const { mean, deviation } = spread(features);
  const correlation = new Float64Array(dimension * dimension);
  const cross = new Float64Array(dimension * classes);
  const shares = new Float64Array(classes);
  const width = dimension + classes;
  const chunk = Math.max(1, Math.min(CHUNK_ROWS, Math.floor(CHUNK_MACS / (dimension * width))));
  for (let from = 0; from < count; from += chunk) {
    const to = Math.min(count, from + chunk);
    const sums = await products(features.read(from, to), labels.subarray(from, to), mean, deviation, classes);
    for (let d = 0; d < dimension; d++) {
      const row = d * width;
      for (let e = 0; e < dimension; e++) correlation[d * dimension + e]! += sums[row + e]! / count;
      for (let c = 0; c < classes; c++) cross[d * classes + c]! += sums[row + dimension + c]! / count;
    }
    await onChunk?.(to, count);
  }
  for (const label of labels) shares[label]! += 1 / count;
  return { count, dimension, classes, mean, deviation, correlation, cross, shares };
}

/** Features minus their mean, divided by their deviation, f32 [N, D]; constant dimensions are 0. */
export function standardise(
  rows: Float32Array,
  { mean, deviation }: Pick<Moments, 'mean' | 'deviation'>,
): Float32Array {
  const dimension = mean.length;
  const standard = new Float32Array(rows.length);
  for (let row = 0; row < rows.length; row += dimension) {
    for (let d = 0; d < dimension; d++) {
      const scale = deviation[d]!;
      if (scale > 0) standard[row + d] = (rows[row + d]! - mean[d]!) / scale;
    }
  }
  return standard;
}

/** f64 [D, D]: covariances of the features themselves, over the rows (divided by N). */
export function covarianceOf({
  dimension,
  correlation,
  deviation,
}: Pick<Moments, 'dimension' | 'correlation' | 'deviation'>): Float64Array {
  return correlation.map((value, i) => {
    return value * deviation[Math.floor(i / dimension)]! * deviation[i % dimension]!;
  });
}

/** It takes two passes, so that a large mean does not cost digits of a small deviation. */
function spread({ count, dimension, read }: Rows): Pick<Moments, 'mean' | 'deviation'> {
  const mean = new Float64Array(dimension);
  const square = new Float64Array(dimension);
  const overRows = (add: (value: number, d: number) => void) => {
    for (let from = 0; from < count; from += CHUNK_ROWS) {
      read(from, Math.min(count, from + CHUNK_ROWS)).forEach((value, i) => {
        add(value, i % dimension);
      });
    }
  };
  overRows((value, d) => {
    mean[d]! += value / count;
  });
  if (!mean.every(Number.isFinite)) {
    throw new Error('moments: features must be finite, got some that are not');
  }
  overRows((value, d) => {
    square[d]! += (value - mean[d]!) ** 2 / count;
  });
  const deviation = square.map(Math.sqrt);
  const liveliest = deviation.reduce((most, value) => Math.max(most, value), 0);
  return { mean, deviation: deviation.map((value) => (value > CONSTANT * liveliest ? value : 0)) };
}

/**
 * Standardised rows, transposed, times [standardised rows | one-hot labels]: [D, D + C]. Waits for the
 * backend.
 */
async function products(
  rows: Float32Array,
  labels: Uint8Array,
  mean: Float64Array,
  deviation: Float64Array,
  classes: number,
): Promise<Float32Array> {
  const dimension = mean.length;
  const width = dimension + classes;
  const count = labels.length;
  const standard = standardise(rows, { mean, deviation });
  // Both factors are laid out here, because XNNPACK is slow on a transposed one.
  const left = new Float32Array(dimension * count);
  const right = new Float32Array(count * width);
  for (let n = 0; n < count; n++) {
    right.set(standard.subarray(n * dimension, (n + 1) * dimension), n * width);
    right[n * width + dimension + labels[n]!] = 1;
    for (let d = 0; d < dimension; d++) left[d * count + n] = standard[n * dimension + d]!;
  }
  const product = tf.tidy(() =>
    tf.matMul(tf.tensor2d(left, [dimension, count]), tf.tensor2d(right, [count, width])),
  );
  const values = await product.data<'float32'>();
  product.dispose();
  return values;
}

function checkLabels(count: number, labels: Uint8Array, classes: number): void {
  if (count === 0) throw new Error('moments: needs one row or more, got none');
  if (labels.length !== count) {
    throw new Error(`moments: needs one label per row, ${count}, got ${labels.length}`);
  }
  const stray = labels.findIndex((label) => label >= classes);
  if (stray >= 0) {
    throw new Error(`moments: labels must be below ${classes}, got ${labels[stray]} at row ${stray}`);
  }
}

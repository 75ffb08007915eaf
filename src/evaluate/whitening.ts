import * as tf from '@tensorflow/tfjs';
import { inverseFactor } from './cholesky.ts';
import { covarianceOf, type Moments } from './moments.ts';
import type { OnChunk } from './nearest.ts';
import { featureRows, type Rows } from './rows.ts';

// N rows, D dimensions.

/**
 * What is added to the covariance's diagonal, as a share of its mean eigenvalue: directions that hardly vary
 * would count as much as the others without it, though they are noise.
 */
export const WHITENING_SHRINKAGE = 0.02;

/** Multiply-adds between two calls of `onChunk`: some tens of milliseconds on WASM. */
const CHUNK_MACS = 500_000_000;
/** Rows of one product. */
const CHUNK_ROWS = 4096;

/** How rows are whitened: less their mean, then times a matrix. */
export interface Whitening {
  /** f64 [D] */
  readonly mean: Float64Array;
  /** f64 [D, D], lower triangular: L⁻¹ of Σ + λ I = L Lᵀ. */
  readonly matrix: Float64Array;
}

/**
 * Whitening by the statistics of a bank: x → L⁻¹ (x − μ) with Σ + λ I = L Lᵀ, λ the shrinkage times the mean
 * eigenvalue of Σ. ZCA multiplies by (Σ + λ I)^−½ instead: that is these rows turned, so that all cosines
 * between rows are the same.
 */
export function whiteningOf(
  known: Pick<Moments, 'dimension' | 'mean' | 'deviation' | 'correlation'>,
): Whitening {
  const { dimension, mean } = known;
  const covariance = covarianceOf(known);
  let trace = 0;
  for (let d = 0; d < dimension; d++) trace += covariance[d * dimension + d]!;
  // A bank of equal rows has no directions: any scale will do.
  const lambda = trace > 0 ? (WHITENING_SHRINKAGE * trace) / dimension : 1;
  for (let d = 0; d < dimension; d++) covariance[d * dimension + d]! += lambda;
  return { mean, matrix: inverseFactor(covariance, dimension) };
}

/** Whitened rows. The products run on tfjs's current backend. */
export async function whitened(rows: Rows, { mean, matrix }: Whitening, onChunk?: OnChunk): Promise<Rows> {
  const { count, dimension } = rows;
  const values = new Float32Array(count * dimension);
  const chunk = Math.max(1, Math.min(CHUNK_ROWS, Math.floor(CHUNK_MACS / dimension ** 2)));
  const transposed = tf.tensor2d(transposeOf(matrix, dimension), [dimension, dimension]);
  try {
    for (let from = 0; from < count; from += chunk) {
      const to = Math.min(count, from + chunk);
      const centred = rows.read(from, to).map((value, i) => value - mean[i % dimension]!);
      const product = tf.tidy(() => tf.matMul(tf.tensor2d(centred, [to - from, dimension]), transposed));
      values.set(await product.data<'float32'>(), from * dimension);
      product.dispose();
      await onChunk?.(to, count);
    }
  } finally {
    transposed.dispose();
  }
  return featureRows(values, dimension);
}

function transposeOf(matrix: Float64Array, size: number): Float32Array {
  return Float32Array.from(matrix, (_, i) => matrix[(i % size) * size + Math.floor(i / size)]!);
}

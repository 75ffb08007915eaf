import { hashedUniform } from '../../random.ts';
import { coincide } from '../coincide.ts';

// N points, D dimensions, N > 0.

const COMPONENTS = 2;
/** The most power iterations. They separate two variances that differ by 1 % up to 4e-5. */
const ITERATIONS = 1000;
/** The iteration stops if the direction moves by less than this. */
const SETTLED = 1e-9;

/**
 * The first two principal components of points, by power iteration on the covariance; the first component is
 * removed before the second is searched. The result is deterministic: a component's sign makes its largest
 * loading positive.
 * @param features f32 [N, dimension]
 * @returns f32 [N, 2]; a component without variance is 0 everywhere, as are both if the features are equal
 * but
 *   for rounding
 * @throws Error if a feature is not finite
 */
export function pca(features: Float32Array, dimension: number): Float32Array {
  const count = features.length / dimension;
  if (!Number.isInteger(count) || count === 0) {
    throw new Error(`PCA: must be whole rows of ${dimension} values, got ${features.length} values`);
  }
  const centred = centre(features, dimension);
  const covariance = covarianceOf(centred, dimension);
  const total = traceOf(covariance, dimension);
  const xy = new Float32Array(count * COMPONENTS);
  if (coincide(features, dimension)) return xy;
  for (let component = 0; component < COMPONENTS; component++) {
    const direction = principalDirection(covariance, dimension, total);
    if (direction === null) break;
    for (let n = 0; n < count; n++) {
      let projected = 0;
      for (let d = 0; d < dimension; d++) projected += centred[n * dimension + d]! * direction[d]!;
      xy[n * COMPONENTS + component] = projected;
    }
    deflate(covariance, dimension, direction);
  }
  return xy;
}

function centre(features: Float32Array, dimension: number): Float64Array {
  const count = features.length / dimension;
  const mean = new Float64Array(dimension);
  for (let i = 0; i < features.length; i++) mean[i % dimension]! += features[i]! / count;
  if (!mean.every(Number.isFinite)) throw new Error('PCA: features must be finite, got some that are not');
  return Float64Array.from(features, (value, i) => value - mean[i % dimension]!);
}

/** f64 [D, D], not divided by N, because only directions matter. */
function covarianceOf(centred: Float64Array, dimension: number): Float64Array {
  const covariance = new Float64Array(dimension * dimension);
  for (let row = 0; row < centred.length; row += dimension) {
    for (let i = 0; i < dimension; i++) {
      const value = centred[row + i]!;
      for (let j = i; j < dimension; j++) covariance[i * dimension + j]! += value * centred[row + j]!;
    }
  }
  for (let i = 0; i < dimension; i++) {
    for (let j = 0; j < i; j++) covariance[i * dimension + j] = covariance[j * dimension + i]!;
  }
  return covariance;
}

/** The unit vector of largest variance; null if no variance is left. */
function principalDirection(covariance: Float64Array, dimension: number, total: number): Float64Array | null {
  // The start is random, so it is unlikely to be orthogonal to any axis of the data.
  let direction = Float64Array.from({ length: dimension }, (_, d) => hashedUniform(0, d) - 0.5);
  normalise(direction);
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const next = multiply(covariance, dimension, direction);
    if (normalise(next) <= total * 1e-12) return null;
    let moved = 0;
    for (let d = 0; d < dimension; d++) moved = Math.max(moved, Math.abs(next[d]! - direction[d]!));
    direction = next;
    if (moved < SETTLED) break;
  }
  const largest = direction.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  return largest < 0 ? direction.map((value) => -value) : direction;
}

function multiply(matrix: Float64Array, dimension: number, vector: Float64Array): Float64Array<ArrayBuffer> {
  const product = new Float64Array(dimension);
  for (let i = 0; i < dimension; i++) {
    let sum = 0;
    for (let j = 0; j < dimension; j++) sum += matrix[i * dimension + j]! * vector[j]!;
    product[i] = sum;
  }
  return product;
}

/** Scales to length 1; returns the length it had. */
function normalise(vector: Float64Array): number {
  const length = Math.hypot(...vector);
  if (length > 0) for (let d = 0; d < vector.length; d++) vector[d]! /= length;
  return length;
}

/** Removes a direction's variance. */
function deflate(covariance: Float64Array, dimension: number, direction: Float64Array): void {
  const product = multiply(covariance, dimension, direction);
  const variance = product.reduce((sum, value, d) => sum + value * direction[d]!, 0);
  for (let i = 0; i < dimension; i++) {
    for (let j = 0; j < dimension; j++) {
      covariance[i * dimension + j]! -= variance * direction[i]! * direction[j]!;
    }
  }
}

function traceOf(covariance: Float64Array, dimension: number): number {
  let trace = 0;
  for (let d = 0; d < dimension; d++) trace += covariance[d * dimension + d]!;
  return trace;
}

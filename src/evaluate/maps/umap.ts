import { UMAP } from 'umap-js';
import type { Random } from '../../random.ts';
import { coincide } from '../coincide.ts';

// N points, D dimensions.

export interface UmapProblem {
  /** f32 [N, dimension] */
  readonly features: Float32Array;
  readonly dimension: number;
  /** f32 [N, 2]: the start of the points. Its scale is kept, so it should span about 20 (see `spread`). */
  readonly start: Float32Array;
  /** Optimisation epochs: 50 if the start is a UMAP of nearly the same features, else 200 or more. */
  readonly epochs: number;
  /** n_neighbors, which counts the point itself; fewer if there are fewer points. */
  readonly neighbours: number;
  readonly random: Random;
}

/** Called between parts of the work, after `done` of `total` epochs; `false` stops the layout. */
export type OnSlice = (done: number, total: number) => Promise<boolean> | boolean;

/**
 * Epochs of a UMAP that starts from a PCA. Its neighbourhoods are then as pure as after umap-js's own 500.
 */
export const COLD_EPOCHS = 200;
/**
 * Epochs of a UMAP that starts from one of nearly the same features. More would only let the points wander.
 */
export const WARM_EPOCHS = 50;
/** min_dist, which is the same in all of the authors' maps. */
const MIN_DISTANCE = 0.1;
/** Work between two calls of `onSlice`, milliseconds. */
const SLICE = 30;

/**
 * UMAP of features (umap-js; min_dist .1, Euclidean, as the authors), from exact neighbours and a given
 * start. The same input gives the same layout, and each epoch's layout starts from the last one.
 * Equal features give one point: UMAP would push equal points apart into a cloud that shows nothing.
 * @returns f32 [N, 2], or null if `onSlice` stopped it
 */
export async function umapLayout(problem: UmapProblem, onSlice: OnSlice): Promise<Float32Array | null> {
  const { features, dimension, start, epochs, random } = problem;
  const count = features.length / dimension;
  if (!Number.isInteger(count) || count < 4 || start.length !== 2 * count) {
    throw new Error(
      `UMAP: must be at least 4 rows of ${dimension} values with a start [N, 2], got ${features.length} and ${start.length} values`,
    );
  }
  if (coincide(features, dimension))
    return (await onSlice(epochs, epochs)) ? new Float32Array(2 * count) : null;
  const neighbours = Math.min(problem.neighbours, count - 1);
  const nearest = exactNeighbours(features, dimension, neighbours);
  const umap = new UMAP({
    nNeighbors: neighbours,
    minDist: MIN_DISTANCE,
    nEpochs: epochs,
    random: random.uniform,
  });
  umap.setPrecomputedKNN(nearest.indices, nearest.distances);
  // If neighbours are given, umap-js reads only the number of points from its input.
  umap.initializeFit(Array.from({ length: count }, () => []));
  // The rows of getEmbedding() are the same points that step() moves (umap-js 1.4.0), so writing to them sets
  // the start.
  umap.getEmbedding().forEach((point, n) => {
    point[0] = start[2 * n]!;
    point[1] = start[2 * n + 1]!;
  });
  let done = 0;
  while (done < epochs) {
    const until = performance.now() + SLICE;
    do done = umap.step();
    while (done < epochs && performance.now() < until);
    if (!(await onSlice(done, epochs))) return null;
  }
  return Float32Array.from(umap.getEmbedding().flat());
}

/**
 * A layout scaled and moved to span 20 around 0, the size of UMAP's own starts. If all its points coincide,
 * they still do.
 */
export function spread(layout: Float32Array): Float32Array {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of layout) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const scale = high > low ? 20 / (high - low) : 0;
  return layout.map((value) => (value - (low + high) / 2) * scale);
}

/** For each point itself and its nearest others, `count` in total, as umap-js expects them. */
function exactNeighbours(
  features: Float32Array,
  dimension: number,
  count: number,
): { indices: number[][]; distances: number[][] } {
  const points = features.length / dimension;
  const squares = pairwiseSquares(features, dimension);
  const indices: number[][] = [];
  const distances: number[][] = [];
  for (let n = 0; n < points; n++) {
    const row = squares.subarray(n * points, (n + 1) * points);
    row[n] = -1; // itself comes first, before duplicates
    const order = smallest(row, count);
    indices.push(order);
    distances.push(order.map((other) => Math.sqrt(Math.max(0, row[other]!))));
  }
  return { indices, distances };
}

/** f32 [N, N] */
function pairwiseSquares(features: Float32Array, dimension: number): Float32Array {
  const points = features.length / dimension;
  const squares = new Float32Array(points * points);
  for (let a = 0; a < points; a++) {
    for (let b = a + 1; b < points; b++) {
      let sum = 0;
      for (let i = a * dimension, j = b * dimension, end = i + dimension; i < end; i++, j++) {
        const gap = features[i]! - features[j]!;
        sum += gap * gap;
      }
      squares[a * points + b] = sum;
      squares[b * points + a] = sum;
    }
  }
  return squares;
}

/** Indices of the `count` smallest values, rising; of equal values the lowest index comes first. */
function smallest(values: Float32Array, count: number): number[] {
  const order: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (order.length === count && !(values[i]! < values[order[count - 1]!]!)) continue;
    let place = order.length === count ? count - 1 : order.length;
    while (place > 0 && values[i]! < values[order[place - 1]!]!) {
      order[place] = order[place - 1]!;
      place--;
    }
    order[place] = i;
  }
  return order;
}

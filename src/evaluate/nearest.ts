import * as tf from '@tensorflow/tfjs';
import { lot } from './lot.ts';
import type { Rows } from './rows.ts';

// Q queries, B rows of the bank, D dimensions, k neighbours.

export type Distance = 'cosine' | 'euclidean';

/**
 * For each query its k nearest rows of the bank, nearest first. Equally near rows come in the order of `lot`.
 */
export interface Nearest {
  readonly k: number;
  /** u32 [Q, k] */
  readonly indices: Uint32Array;
  /** f64 [Q, k]: cosine similarity (falling), or Euclidean distance (rising). */
  readonly values: Float64Array;
}

/** Called after each block of work; the search continues when it resolves. */
export type OnChunk = (done: number, total: number) => Promise<void> | void;

/** Values of the bank, and of the queries, on the backend at a time: 16 MB each. */
const HELD_VALUES = 4_000_000;
/** Similarities computed at a time: 4 MB. */
const SIMILARITIES = 1_000_000;
/** Multiply-adds between two calls of `onChunk`: some tens of milliseconds on WASM. */
const CHUNK_MACS = 500_000_000;

/**
 * Exact search. The products run on tfjs's current backend block by block, so that neither the bank nor the
 * [Q, B] matrix is ever in memory as a whole. Selection is plain TypeScript. k is at most the size of the
 * bank.
 * @throws Error if rows are empty or not finite, or dimensions differ
 */
export async function nearestRows(
  bank: Rows,
  queries: Rows,
  k: number,
  distance: Distance,
  onChunk?: OnChunk,
): Promise<Nearest> {
  checkRows(bank, queries, k);
  const { dimension } = bank;
  const kept = Math.min(k, bank.count);
  const best = new Selection(queries.count, kept);
  const blockRows = clamp(HELD_VALUES / dimension, bank.count);
  const chunkRows = clamp(
    Math.min(SIMILARITIES / blockRows, CHUNK_MACS / (blockRows * dimension), HELD_VALUES / dimension),
    queries.count,
  );
  const blocks = Math.ceil(bank.count / blockRows);
  for (let block = 0; block < blocks; block++) {
    const from = block * blockRows;
    const to = Math.min(bank.count, from + blockRows);
    const prepared = prepareBank(bank.read(from, to), dimension, distance);
    const transposed = tf.tensor2d(prepared.transposed, [dimension, to - from]);
    try {
      for (let start = 0; start < queries.count; start += chunkRows) {
        const end = Math.min(queries.count, start + chunkRows);
        const products = await multiply(queries.read(start, end), transposed);
        best.offer(start, end, from, products, prepared.halfSquares);
        await onChunk?.(block * queries.count + end, blocks * queries.count);
      }
    } finally {
      transposed.dispose();
    }
  }
  return distance === 'cosine' ? similarities(best, queries) : distances(best, bank, queries);
}

/** f32 [q, D] · [D, b] → [q, b]. Waits for the backend. */
async function multiply(rows: Float32Array, transposed: tf.Tensor2D): Promise<Float32Array> {
  const product = tf.tidy(() => {
    const [dimension] = transposed.shape;
    return tf.matMul(tf.tensor2d(rows, [rows.length / dimension, dimension]), transposed);
  });
  const values = await product.data<'float32'>();
  product.dispose();
  return values;
}

/**
 * A block of the bank as the right factor, [D, b]: XNNPACK takes it in this layout, and is much slower on a
 * transposed one. For cosine, rows have length 1. For Euclidean, rows stay as they are, and |b|² / 2 comes
 * with them, since q·b − |b|²/2 falls as the distance grows.
 */
function prepareBank(
  rows: Float32Array,
  dimension: number,
  distance: Distance,
): { transposed: Float32Array; halfSquares: Float64Array } {
  const count = rows.length / dimension;
  const transposed = new Float32Array(rows.length);
  const halfSquares = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    const square = squaredLength(rows, row * dimension, dimension, 'bank');
    const scale = distance === 'cosine' ? inverseLength(square) : 1;
    if (distance === 'euclidean') halfSquares[row] = square / 2;
    for (let d = 0; d < dimension; d++) transposed[d * count + row] = rows[row * dimension + d]! * scale;
  }
  return { transposed, halfSquares };
}

/** For each query the k best rows that were offered so far, best first. */
class Selection {
  readonly k: number;
  readonly indices: Uint32Array;
  /** Higher is nearer. */
  readonly scores: Float64Array;

  constructor(queries: number, k: number) {
    this.k = k;
    this.indices = new Uint32Array(queries * k);
    this.scores = new Float64Array(queries * k).fill(-Infinity);
  }

  /**
   * Whether a row with this score comes before the one that has a place. Equal ones are rare, so lots are
   * drawn late.
   */
  private precedes(query: number, index: number, score: number, at: number): boolean {
    const { scores, indices } = this;
    return score > scores[at]! || (score === scores[at]! && lot(query, index) > lot(query, indices[at]!));
  }

  /**
   * Offers the products of queries [start, end) with the bank rows from `bankFrom` on. Calls come in rising
   * order of these.
   */
  offer(
    start: number,
    end: number,
    bankFrom: number,
    products: Float32Array,
    halfSquares: Float64Array,
  ): void {
    const { k, scores, indices } = this;
    const width = halfSquares.length;
    for (let query = start; query < end; query++) {
      const first = query * k;
      const last = first + k - 1;
      const row = (query - start) * width;
      let worst = scores[last]!;
      for (let i = 0; i < width; i++) {
        const score = products[row + i]! - halfSquares[i]!;
        if (!(score >= worst)) continue;
        const index = bankFrom + i;
        if (!this.precedes(query, index, score, last)) continue;
        let place = last;
        while (place > first && this.precedes(query, index, score, place - 1)) {
          scores[place] = scores[place - 1]!;
          indices[place] = indices[place - 1]!;
          place--;
        }
        scores[place] = score;
        indices[place] = index;
        worst = scores[last]!;
      }
    }
  }
}

/**
 * Similarities from scores. Queries were not scaled to length 1: that changes only the values, not the order.
 */
function similarities({ k, indices, scores }: Selection, queries: Rows): Nearest {
  const values = new Float64Array(scores.length);
  for (let query = 0; query < queries.count; query++) {
    const square = squaredLength(queries.read(query, query + 1), 0, queries.dimension, 'queries');
    const scale = inverseLength(square);
    for (let place = query * k; place < (query + 1) * k; place++) values[place] = scores[place]! * scale;
  }
  return { k, indices, values };
}

/**
 * Distances of the chosen rows, computed from the rows themselves and sorted anew. In float32, |q|² + |b|² −
 * 2 q·b would keep no digit for near duplicates, whose votes weigh most.
 */
function distances({ k, indices }: Selection, bank: Rows, queries: Rows): Nearest {
  const { dimension } = bank;
  const sorted = new Uint32Array(indices.length);
  const values = new Float64Array(indices.length);
  for (let query = 0; query < queries.count; query++) {
    const row = queries.read(query, query + 1);
    squaredLength(row, 0, dimension, 'queries');
    const chosen = Array.from(indices.subarray(query * k, (query + 1) * k), (index) => ({
      index,
      distance: euclidean(row, bank.read(index, index + 1)),
    }));
    chosen.sort((a, b) => a.distance - b.distance || lot(query, b.index) - lot(query, a.index));
    chosen.forEach((neighbour, place) => {
      sorted[query * k + place] = neighbour.index;
      values[query * k + place] = neighbour.distance;
    });
  }
  return { k, indices: sorted, values };
}

function euclidean(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += (a[d]! - b[d]!) ** 2;
  return Math.sqrt(sum);
}

function squaredLength(rows: Float32Array, at: number, dimension: number, what: string): number {
  let square = 0;
  for (let d = at; d < at + dimension; d++) square += rows[d]! * rows[d]!;
  if (!Number.isFinite(square)) throw new Error(`k-NN: ${what} must be finite, got a row that is not`);
  return square;
}

/** A zero row stays zero: its similarity to everything is 0. */
function inverseLength(square: number): number {
  return 1 / Math.max(Math.sqrt(square), 1e-12);
}

function clamp(rows: number, count: number): number {
  return Math.max(1, Math.min(count, Math.floor(rows)));
}

function checkRows(bank: Rows, queries: Rows, k: number): void {
  if (bank.count === 0 || queries.count === 0) {
    throw new Error(`k-NN: bank and queries must not be empty, got ${bank.count} and ${queries.count} rows`);
  }
  if (bank.dimension !== queries.dimension) {
    throw new Error(
      `k-NN: bank and queries must have the same dimension, got ${bank.dimension} and ${queries.dimension}`,
    );
  }
  if (!Number.isInteger(k) || k < 1) throw new Error(`k-NN: k must be a whole number from 1 up, got ${k}`);
}

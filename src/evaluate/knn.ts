import { type Distance, type Nearest, nearestRows, type OnChunk } from './nearest.ts';
import type { Rows } from './rows.ts';

export interface KnnProblem {
  readonly bank: Rows;
  /** u8 [bank.count] */
  readonly bankLabels: Uint8Array;
  readonly queries: Rows;
  readonly classes: number;
  /** Neighbours that vote; at most the size of the bank do. */
  readonly k: number;
  readonly distance: Distance;
  /** T of the cosine vote exp(similarity / T). */
  readonly temperature: number;
  /** near: nearer neighbours weigh more (method §7). equal: one neighbour, one vote. */
  readonly vote: 'near' | 'equal';
}

export interface KnnResult {
  /** u8 [Q]: the class with the highest score, the lowest of equal ones. */
  readonly predictions: Uint8Array;
  /** f32 [Q, classes]: summed votes. */
  readonly scores: Float32Array;
  readonly nearest: Nearest;
}

/** The measure of the charts: 20-NN, cosine, T = .07 (method §7). */
export const KNN20 = { k: 20, distance: 'cosine', temperature: 0.07, vote: 'near' } as const;

/** Keeps 1/(d + ε) finite for duplicates. */
const EPSILON = 1e-5;

/**
 * k-nearest-neighbour classification (method §7): weight exp(similarity / T) for cosine, 1/(distance + 1e-5) for
 * Euclidean, summed per class over the k nearest rows of the bank.
 */
export async function knn(problem: KnnProblem, onChunk?: OnChunk): Promise<KnnResult> {
  const { bank, bankLabels, queries, classes, k, distance } = problem;
  if (bankLabels.length !== bank.count) {
    throw new Error(`k-NN: bank must have one label per row, ${bank.count}, got ${bankLabels.length}`);
  }
  const stray = bankLabels.findIndex((label) => label >= classes);
  if (stray >= 0) {
    throw new Error(`k-NN: labels must be below ${classes}, got ${bankLabels[stray]} at row ${stray}`);
  }
  const nearest = await nearestRows(bank, queries, k, distance, onChunk);
  const weight = voteOf(problem);
  const scores = new Float32Array(queries.count * classes);
  const predictions = new Uint8Array(queries.count);
  const votes = new Float64Array(classes);
  for (let query = 0; query < queries.count; query++) {
    votes.fill(0);
    for (let place = query * nearest.k; place < (query + 1) * nearest.k; place++) {
      votes[bankLabels[nearest.indices[place]!]!]! += weight(nearest.values[place]!);
    }
    scores.set(votes, query * classes);
    predictions[query] = argmax(votes);
  }
  return { predictions, scores, nearest };
}

/** Share of predictions that equal the labels, 0–1. */
export function accuracy(predictions: Uint8Array, labels: Uint8Array): number {
  if (predictions.length !== labels.length || labels.length === 0) {
    throw new Error(
      `accuracy: needs one label per prediction, got ${labels.length} for ${predictions.length} predictions`,
    );
  }
  let right = 0;
  predictions.forEach((prediction, i) => {
    if (prediction === labels[i]) right++;
  });
  return right / labels.length;
}

function voteOf({ vote, distance, temperature }: KnnProblem): (value: number) => number {
  if (vote === 'equal') return () => 1;
  if (distance === 'cosine') return (similarity) => Math.exp(similarity / temperature);
  return (far) => 1 / (far + EPSILON);
}

function argmax(values: Float64Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}

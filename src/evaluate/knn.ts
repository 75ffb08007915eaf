import { type Comparison, distanceOf } from './comparison.ts';
import { lot } from './lot.ts';
import { type Distance, type Nearest, nearestRows, type OnChunk } from './nearest.ts';
import type { Rows } from './rows.ts';

export interface KnnProblem {
  readonly bank: Rows;
  /** u8 [bank.count] */
  readonly bankLabels: Uint8Array;
  readonly queries: Rows;
  readonly classes: number;
  /** Neighbours that vote. If the bank has fewer rows, all of them vote. */
  readonly k: number;
  readonly distance: Distance;
  /** T of the cosine vote exp(similarity / T). */
  readonly temperature: number;
  /** near: nearer neighbours have more weight (method §7). equal: each neighbour has one vote. */
  readonly vote: 'near' | 'equal';
}

export interface KnnResult {
  /**
   * u8 [Q]: the class with the highest score. Between equal scores `lot` decides; where each neighbour has
   * one vote it is the lowest class, as in the code that the golden numbers are from.
   */
  readonly predictions: Uint8Array;
  /** f32 [Q, classes]: summed votes. */
  readonly scores: Float32Array;
  readonly nearest: Nearest;
}

/** The measure of the charts: 20-NN, cosine, T = .07 (method §7). */
export const KNN20 = { k: 20, distance: 'cosine', temperature: 0.07, vote: 'near' } as const;

/** Keeps 1/(d + ε) finite for duplicates, whose distance is 0. */
const EPSILON = 1e-5;

/**
 * k-nearest-neighbour classification (method §7): weight exp(similarity / T) for cosine, 1/(distance + 1e-5)
 * for Euclidean, summed per class over the k nearest rows of the bank.
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
  return { ...castVotes(nearest, problem), nearest };
}

/**
 * The votes of the first k neighbours of each query. So one search with the largest k serves all smaller
 * ones.
 * @param nearest neighbours found by the same distance, k or more for each query (or the whole bank)
 */
export function castVotes(
  nearest: Nearest,
  problem: Pick<KnnProblem, 'bankLabels' | 'classes' | 'k' | 'distance' | 'temperature' | 'vote'>,
): Omit<KnnResult, 'nearest'> {
  const { bankLabels, classes } = problem;
  const voters = Math.min(problem.k, nearest.k);
  const queries = nearest.indices.length / nearest.k;
  const weight = voteOf(problem);
  const scores = new Float32Array(queries * classes);
  const predictions = new Uint8Array(queries);
  const votes = new Float64Array(classes);
  for (let query = 0; query < queries; query++) {
    votes.fill(0);
    for (let place = query * nearest.k; place < query * nearest.k + voters; place++) {
      votes[bankLabels[nearest.indices[place]!]!]! += weight(nearest.values[place]!);
    }
    scores.set(votes, query * classes);
    predictions[query] = argmax(votes, problem.vote === 'near' ? query : null);
  }
  return { predictions, scores };
}

/** The number of neighbours that vote, and what finds them. */
export interface KnnChoice {
  readonly k: number;
  readonly distance: Comparison;
}

/**
 * The setting of the authors' own logs, on backbone features. Only its accuracies can be compared with their
 * k-NN numbers.
 */
export const AUTHORS_KNN: KnnChoice = { k: 1, distance: 'euclidean' };

/**
 * A choice with its temperature: .07 for up to 20 neighbours (Wu et al. 2018), .1 for more (as in the 200-NN
 * of MoCo and lightly).
 */
export function knnSettings({ k, distance }: KnnChoice) {
  const temperature = k <= 20 ? 0.07 : 0.1;
  return { k, distance: distanceOf(distance), temperature, vote: 'near' } as const;
}

/** A warning if more than a hundredth of the bank votes, because then far images count as well; else null. */
export function knnCaution(k: number, bank: number): string | null {
  if (100 * k <= bank) return null;
  const share = (100 * Math.min(k, bank)) / bank;
  return (
    `${k} neighbours are ${share.toPrecision(2)} % of the ${bank} training images: far images vote too. ` +
    `Up to ${Math.max(1, Math.floor(bank / 100))} would be a hundredth.`
  );
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

function voteOf({
  vote,
  distance,
  temperature,
}: Pick<KnnProblem, 'vote' | 'distance' | 'temperature'>): (value: number) => number {
  if (vote === 'equal') return () => 1;
  if (distance === 'cosine') return (similarity) => Math.exp(similarity / temperature);
  return (far) => 1 / (far + EPSILON);
}

/**
 * The class with the most votes. Between equal ones the lot of the query decides; without a query the lowest.
 */
function argmax(values: Float64Array, query: number | null): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) {
    const level = query !== null && values[i] === values[best];
    if (values[i]! > values[best]! || (level && lot(query, i) > lot(query, best))) best = i;
  }
  return best;
}

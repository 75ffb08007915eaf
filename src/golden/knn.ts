import { z } from 'zod';
import { accuracy, type KnnResult, knn } from '../evaluate/knn.ts';
import { featureRows } from '../evaluate/rows.ts';
import { floatArray, parseVectors } from './arrays.ts';
import type { CheckRow } from './row.ts';

// Section g: k-NN classification of [Q, D] test features by a bank of [B, D] training features.

/** Tolerance relative to the largest score of a query, for float32 features compared with float64. */
const SCORE_TOLERANCE = 1e-4;
/** Values whose relative difference is below this are a tie, because float32 may order them either way. */
const TIE = 1e-5;

const labels = z.array(z.number().int().min(0).max(255));
const distance = z.enum(['euclidean', 'cosine']);
const k = z.number().int().positive();

const weightedCase = z.object({
  distance,
  k,
  T: z.number().positive().nullable(),
  top1: z.number(),
  top5: z.number(),
  pred: labels,
  class_scores: floatArray,
  neighbours_first5: z.array(z.array(z.number().int().nonnegative())),
});

const plainCase = z.object({
  distance,
  k,
  pred: labels,
  counts: z.array(z.array(z.number())),
  top1: z.number(),
});

const vectorsSchema = z.object({
  section: z.literal('g'),
  classes: z.number().int().min(1).max(256),
  dim: z.number().int().positive(),
  train: floatArray,
  train_labels: labels,
  test: floatArray,
  test_labels: labels,
  weighted: z.array(weightedCase),
  plain: z.array(plainCase),
});

type Vectors = z.infer<typeof vectorsSchema>;
type WeightedCase = z.infer<typeof weightedCase>;
type PlainCase = z.infer<typeof plainCase>;

/**
 * Checks every case of section g on tfjs's current backend: predictions, class scores, neighbours and
 * accuracies.
 * @throws Error when the vectors are not of the known schema
 */
export async function checkKnn(vectors: unknown): Promise<CheckRow[]> {
  const file = parseVectors('g (k-NN)', vectorsSchema, vectors);
  const rows: CheckRow[] = [];
  for (const expected of file.weighted) rows.push(...(await checkWeighted(file, expected)));
  for (const expected of file.plain) rows.push(...(await checkPlain(file, expected)));
  return rows;
}

async function checkWeighted(file: Vectors, expected: WeightedCase): Promise<CheckRow[]> {
  const temperature = expected.T ?? 1; // Euclidean votes have none
  const result = await classify(file, { ...expected, temperature, vote: 'near' });
  const name = `g ${expected.distance} k=${expected.k}${expected.T === null ? '' : ` T=${expected.T}`}`;
  const scores = expected.class_scores.values;
  return [
    predictionRow(name, result, scores, expected.pred, file.classes),
    scoreRow(name, result.scores, scores, file.classes),
    neighbourRow(name, file, expected, result),
    topRow(`${name} top-1`, expected.top1, topRange(file, result.scores, 1)),
    topRow(
      `${name} top-5`,
      expected.top5,
      topRange(file, result.scores, Math.min(5, expected.k, file.classes)),
    ),
  ];
}

async function checkPlain(file: Vectors, expected: PlainCase): Promise<CheckRow[]> {
  const result = await classify(file, { ...expected, temperature: 1, vote: 'equal' });
  const name = `g majority ${expected.distance} k=${expected.k}`;
  const scores = Float32Array.from(expected.counts.flat());
  const top1 = 100 * accuracy(result.predictions, Uint8Array.from(file.test_labels));
  return [
    predictionRow(name, result, scores, expected.pred, file.classes),
    scoreRow(name, result.scores, scores, file.classes),
    topRow(`${name} top-1`, expected.top1, [top1, top1]),
  ];
}

function classify(
  { train, train_labels, test, dim, classes }: Vectors,
  voting: { distance: 'euclidean' | 'cosine'; k: number; temperature: number; vote: 'near' | 'equal' },
): Promise<KnnResult> {
  return knn({
    bank: featureRows(train.values, dim),
    bankLabels: Uint8Array.from(train_labels),
    queries: featureRows(test.values, dim),
    classes,
    ...voting,
  });
}

/** Counts the predictions that differ, unless the reference's own scores tie. */
function predictionRow(
  name: string,
  { predictions }: KnnResult,
  scores: Float32Array,
  expected: readonly number[],
  classes: number,
): CheckRow {
  requireSize(name, 'pred', expected.length, predictions.length);
  requireSize(name, 'scores', scores.length, predictions.length * classes);
  let wrong = 0;
  predictions.forEach((prediction, query) => {
    const wanted = expected[query]!;
    const [own, other] = [scores[query * classes + prediction]!, scores[query * classes + wanted]!];
    const tied = Math.abs(own - other) <= TIE * Math.max(own, other);
    if (prediction !== wanted && !tied) wrong++;
  });
  return row(`${name} predictions`, wrong, 0, `of ${predictions.length} queries differ`);
}

function scoreRow(name: string, got: Float32Array, expected: Float32Array, classes: number): CheckRow {
  let worst = 0;
  for (let query = 0; query < expected.length; query += classes) {
    const scale = Math.max(...expected.subarray(query, query + classes));
    for (let i = query; i < query + classes; i++) {
      worst = Math.max(worst, Math.abs(got[i]! - expected[i]!) / scale);
    }
  }
  return row(`${name} class scores`, worst, SCORE_TOLERANCE, 'relative to the largest score of a query');
}

/**
 * Counts the neighbours that differ, unless they tie. If another row has a place, it ties with the
 * reference's row only if both are equally near to the query.
 */
function neighbourRow(
  name: string,
  file: Vectors,
  { distance, neighbours_first5 }: WeightedCase,
  { nearest }: KnnResult,
): CheckRow {
  let wrong = 0;
  neighbours_first5.forEach((neighbours, query) => {
    neighbours.forEach((neighbour, place) => {
      const at = query * nearest.k + place;
      if (nearest.indices[at] === neighbour) return;
      const here = nearest.values[at]!;
      const there = measure(file, distance, query, neighbour);
      if (!(Math.abs(here - there) <= TIE * Math.abs(here))) wrong++;
    });
  });
  return row(`${name} neighbours`, wrong, 0, 'places among the first five differ');
}

/** Distance or similarity of a test row and a training row, in double precision. */
function measure(
  { train, test, dim }: Vectors,
  distance: 'euclidean' | 'cosine',
  query: number,
  index: number,
): number {
  const a = test.values.subarray(query * dim, (query + 1) * dim);
  const b = train.values.subarray(index * dim, (index + 1) * dim);
  if (distance === 'euclidean') return Math.hypot(...Array.from(a, (value, d) => value - b[d]!));
  const dot = Array.from(a).reduce((sum, value, d) => sum + value * b[d]!, 0);
  return dot / Math.hypot(...a) / Math.hypot(...b);
}

/** The reference's percentage must lie in the range that ties between classes leave open. */
function topRow(check: string, expected: number, [low, high]: readonly [number, number]): CheckRow {
  return row(check, Math.max(0, low - expected, expected - high), 1e-6, 'percentage points');
}

/** Top-n accuracy in percent, with ties decided against and for the true class. */
function topRange({ test_labels, classes }: Vectors, scores: Float32Array, n: number): [number, number] {
  let surely = 0;
  let possibly = 0;
  test_labels.forEach((label, query) => {
    const votes = Array.from(scores.subarray(query * classes, (query + 1) * classes));
    const own = votes[label]!;
    const above = votes.filter((vote) => vote - own > TIE * Math.abs(vote)).length;
    const level = votes.filter((vote) => Math.abs(vote - own) <= TIE * Math.abs(vote)).length;
    if (above + level <= n) surely++;
    if (above < n) possibly++;
  });
  return [(100 * surely) / test_labels.length, (100 * possibly) / test_labels.length];
}

function requireSize(name: string, what: string, got: number, expected: number): void {
  if (got !== expected) {
    throw new Error(
      `golden vectors g (k-NN): ${what} of "${name}" must have ${expected} entries, got ${got}`,
    );
  }
}

function row(check: string, worstError: number, tolerance: number, detail: string): CheckRow {
  return { check, worstError, tolerance, passed: worstError <= tolerance, detail };
}

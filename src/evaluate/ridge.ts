import { solvePositive } from './cholesky.ts';
import { type Moments, standardise } from './moments.ts';
import type { Rows } from './rows.ts';

// D dimensions, C classes.

/** A linear classifier on standardised features. */
export interface LinearProbe {
  readonly classes: number;
  /** Number of dimensions that it reads, which are the first ones of a feature. */
  readonly dimension: number;
  /** f64 [dimension, C] */
  readonly weight: Float64Array;
  /** f64 [C] */
  readonly bias: Float64Array;
}

/** λ of the ridge probe, as a fraction of the correlation matrix's mean eigenvalue. */
export const RIDGE_PENALTY = 0.01;

/**
 * Linear probe in closed form: least squares of one-hot labels on standardised features with a bias, and a
 * penalty of λ · trace / D on the weights. It is weaker than a trained probe, but exact and fast.
 * @param dimension the probe reads only so many first dimensions of a feature, as a Matryoshka embedding is
 *   read
 */
export function ridgeProbe(
  { dimension: features, classes, correlation, cross, shares }: Moments,
  dimension = features,
  penalty = RIDGE_PENALTY,
): LinearProbe {
  if (!Number.isInteger(dimension) || dimension < 1 || dimension > features) {
    throw new Error(`ridgeProbe: must read 1 to ${features} dimensions, whole ones, got ${dimension}`);
  }
  const normal = new Float64Array(dimension * dimension);
  let trace = 0;
  for (let d = 0; d < dimension; d++) {
    normal.set(correlation.subarray(d * features, d * features + dimension), d * dimension);
    trace += correlation[d * features + d]!;
  }
  // Constant features carry no information: their weights are 0 for any λ.
  const lambda = trace > 0 ? (penalty * trace) / dimension : 1;
  for (let d = 0; d < dimension; d++) normal[d * dimension + d]! += lambda;
  const weight = solvePositive(normal, dimension, cross.subarray(0, dimension * classes), classes);
  // Standardised features have mean 0, so the best bias is the mean of the targets.
  return { classes, dimension, weight, bias: shares };
}

/**
 * The class that a probe gives each row, u8 [N]: the one with the highest score; of equal scores the lowest
 * class.
 * @param standard mean and deviation by which the probe's features were standardised
 */
export function classify(
  { classes, dimension, weight, bias }: LinearProbe,
  rows: Rows,
  standard: Pick<Moments, 'mean' | 'deviation'>,
): Uint8Array {
  const predictions = new Uint8Array(rows.count);
  const scores = new Float64Array(classes);
  for (let n = 0; n < rows.count; n++) {
    const row = standardise(rows.read(n, n + 1), standard);
    scores.set(bias);
    for (let d = 0; d < dimension; d++) {
      for (let c = 0; c < classes; c++) scores[c]! += row[d]! * weight[d * classes + c]!;
    }
    let best = 0;
    for (let c = 1; c < classes; c++) if (scores[c]! > scores[best]!) best = c;
    predictions[n] = best;
  }
  return predictions;
}

import type { FeatureRanks } from '../../metrics.ts';
import { effectiveRank } from './collapse.ts';
import { symmetricEigenvalues } from './eigenvalues.ts';

// N rows, D dimensions.

/** The images of an evaluation that ranks are measured on. */
export const RANKED = 512;

/** RankMe adds this to every share, so that the logarithm of a share of 0 is finite. */
const RANKME_EPSILON = 1e-7;
/** The places of the eigenvalues that α-ReQ fits, from 1. */
const FITTED = { first: 6, last: 100 } as const;
/** A line through fewer eigenvalues says nothing. */
const FEWEST = 10;
/** Eigenvalues below this part of the largest one are what rounding leaves of float32 features. */
const ROUNDING = 1e-12;
/** Features that vary by less than this share of their squared length are equal, as float32 goes. */
const EQUAL = 1e-14;

/**
 * How many directions features use, without labels. @param features f32 [N, D], N at least 1
 */
export function featureRanks(features: Float32Array, dimension: number): FeatureRanks {
  const mean = meanOf(features, dimension);
  const eigenvalues = (of: Float64Array) =>
    symmetricEigenvalues(products(features, of), dimension).map((value) => Math.max(0, value));
  const whole = eigenvalues(new Float64Array(dimension));
  const around = eigenvalues(mean);
  // What is left of equal features, once their mean is taken away, is rounding.
  const centred = sum(around) > EQUAL * sum(whole) ? around : new Float64Array(dimension);
  return {
    dimension,
    rankMe: rankMe(whole),
    effectiveRank: effectiveRank(centred),
    alpha: alphaReQ(centred),
  };
}

/**
 * RankMe (Garrido et al., ICML 2023): exp of the entropy of the singular values' shares, features not
 * centred. 0 if all features are 0.
 * @param values eigenvalues of the features' second moments, none negative, at any scale
 */
export function rankMe(values: Float64Array): number {
  const singular = values.map(Math.sqrt);
  const total = sum(singular);
  if (total === 0) return 0;
  let entropy = 0;
  for (const value of singular) {
    const share = value / total + RANKME_EPSILON;
    entropy -= share * Math.log(share);
  }
  return Math.exp(entropy);
}

/**
 * α-ReQ (Agrawal et al., NeurIPS 2022): the exponent α of the law λᵢ ∝ i^−α that fits the covariance's
 * eigenvalues, by least squares of the logarithms with weights 1 / i, over the 6th to the 100th of them or
 * to the last one above rounding. null if these are fewer than 10.
 * @param values eigenvalues of the covariance, the largest first, none negative, at any scale
 */
export function alphaReQ(values: Float64Array): number | null {
  const least = ROUNDING * (values[0] ?? 0);
  const above = values.findIndex((value) => value <= least);
  const last = Math.min(FITTED.last, above < 0 ? values.length : above);
  if (last - FITTED.first + 1 < FEWEST) return null;
  let [weights, x, y, xx, xy] = [0, 0, 0, 0, 0];
  for (let place = FITTED.first; place <= last; place++) {
    const [weight, at, value] = [1 / place, Math.log(place), Math.log(values[place - 1]!)];
    weights += weight;
    x += weight * at;
    y += weight * value;
    xx += weight * at * at;
    xy += weight * at * value;
  }
  return -(weights * xy - x * y) / (weights * xx - x * x);
}

function sum(values: Float64Array): number {
  return values.reduce((all, value) => all + value, 0);
}

function meanOf(features: Float32Array, dimension: number): Float64Array {
  const mean = new Float64Array(dimension);
  const count = features.length / dimension;
  for (const [i, value] of features.entries()) mean[i % dimension]! += value / count;
  return mean;
}

/** f64 [D, D]: mean products of the dimensions less these means. */
function products(features: Float32Array, mean: Float64Array): Float64Array {
  const dimension = mean.length;
  const count = features.length / dimension;
  const sums = new Float64Array(dimension * dimension);
  const row = new Float64Array(dimension);
  for (let n = 0; n < count; n++) {
    for (let d = 0; d < dimension; d++) row[d] = features[n * dimension + d]! - mean[d]!;
    for (let d = 0; d < dimension; d++) {
      const value = row[d]! / count;
      for (let e = 0; e <= d; e++) sums[d * dimension + e]! += value * row[e]!;
    }
  }
  for (let d = 0; d < dimension; d++)
    for (let e = 0; e < d; e++) sums[e * dimension + d] = sums[d * dimension + e]!;
  return sums;
}

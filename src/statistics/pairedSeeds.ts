import { spreadOf } from './spread.ts';

/** Beyond so many more seeds no number is told: nobody trains them, and the estimate means little. */
export const MOST_MORE_SEEDS = 100;

/** What a sweep's interval promises: in 95 of 100 such sweeps it holds the true difference. */
const CONFIDENCE = 0.95;

/** Differences of two systems seed by seed, which share what the seed decides. */
export interface SeedComparison {
  /** Number of seeds that both have. */
  readonly count: number;
  /** Mean of the first minus the second. */
  readonly mean: number;
  /** Standard deviation of the differences (n − 1); null for one seed. */
  readonly sd: number | null;
  /** Half the width of the 95 % t-interval around the mean, t(n − 1) · sd / √n; null for one seed. */
  readonly half: number | null;
  /** Whether the interval leaves out 0. False for one seed, which has none. */
  readonly apart: boolean;
  /**
   * Seeds to add until the interval would leave out 0 if mean and sd stayed as they are. 0 where it does so
   * already; null for one seed, and where it takes more than `MOST_MORE_SEEDS`.
   */
  readonly moreSeeds: number | null;
}

/** Compares by the differences of the seeds that two systems share; null without any. */
export function compareSeeds(differences: readonly number[]): SeedComparison | null {
  const spread = spreadOf(differences);
  if (spread === null) return null;
  const { count, mean, sd } = spread;
  if (sd === null) return { count, mean, sd, half: null, apart: false, moreSeeds: null };
  const half = halfWidth(sd, count);
  return { count, mean, sd, half, apart: Math.abs(mean) > half, moreSeeds: moreSeeds(mean, sd, count) };
}

/** The seeds to add in words: “about 3 more seeds”. Null where none are, and for one seed. */
export function moreSeedsText({ half, apart, moreSeeds }: SeedComparison): string | null {
  if (half === null || apart) return null;
  if (moreSeeds === null) return `more than ${MOST_MORE_SEEDS} more seeds`;
  return `about ${moreSeeds} more seed${moreSeeds === 1 ? '' : 's'}`;
}

function moreSeeds(mean: number, sd: number, count: number): number | null {
  for (let more = 0; more <= MOST_MORE_SEEDS; more++) {
    if (halfWidth(sd, count + more) < Math.abs(mean)) return more;
  }
  return null;
}

function halfWidth(sd: number, count: number): number {
  return (studentQuantile(CONFIDENCE, count - 1) * sd) / Math.sqrt(count);
}

/**
 * Student's t that a share of all samples stays within, on both sides of 0: 12.706 for 95 % and one degree of
 * freedom. It is found by bisection.
 * @param freedom degrees of freedom, a whole number from 1
 */
export function studentQuantile(share: number, freedom: number): number {
  // The angle atan(t / √freedom) grows with the share, and has an end.
  let low = 0;
  let high = Math.PI / 2;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (shareWithin(middle, freedom) < share) low = middle;
    else high = middle;
  }
  return Math.sqrt(freedom) * Math.tan((low + high) / 2);
}

/**
 * Probability that |t| is at most √freedom · tan(angle), by the finite series for whole degrees of freedom
 * (Abramowitz and Stegun 1964, 26.7.3 and 26.7.4).
 */
function shareWithin(angle: number, freedom: number): number {
  const odd = freedom % 2 === 1;
  const square = Math.cos(angle) ** 2;
  let term = odd ? Math.cos(angle) : 1;
  let sum = 0;
  for (let k = odd ? 1 : 0; k <= freedom - 2; k += 2) {
    sum += term;
    term *= ((k + 1) / (k + 2)) * square;
  }
  return odd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
}

/** √(p (1 − p) / n): how much an accuracy on n images differs by chance from that on all images. */
export function standardError(accuracy: number, count: number): number {
  return Math.sqrt((accuracy * (1 - accuracy)) / count);
}

/**
 * A comparison of two classifiers on the same images. Only images that exactly one gets right can tell them
 * apart.
 */
export interface PairedComparison {
  readonly count: number;
  /** Numbers of images that only the first, and only the second, gets right. */
  readonly onlyFirst: number;
  readonly onlySecond: number;
  /** Accuracy of the first minus that of the second. */
  readonly difference: number;
  /** Standard error of the difference, paired. */
  readonly standardError: number;
  /** Two-sided p: how often two equally good classifiers differ at least this much by chance. */
  readonly p: number;
  readonly test: 'exact binomial' | 'chi-squared, continuity correction';
}

/** With fewer discordant images the binomial distribution is summed. With more, χ² is accurate enough. */
const EXACT_BELOW = 50;

/**
 * McNemar's test (McNemar 1947; Edwards 1948 for the continuity correction).
 * @param first u8 [N], 1 if the first classifier is right; `second` likewise
 */
export function mcnemar(first: Uint8Array, second: Uint8Array): PairedComparison {
  const count = first.length;
  if (count === 0 || second.length !== count) {
    throw new Error(`mcnemar: needs the same images for both, got ${count} and ${second.length}`);
  }
  let onlyFirst = 0;
  let onlySecond = 0;
  for (let n = 0; n < count; n++) {
    if (first[n]! > second[n]!) onlyFirst++;
    else if (first[n]! < second[n]!) onlySecond++;
  }
  const discordant = onlyFirst + onlySecond;
  const difference = (onlyFirst - onlySecond) / count;
  const exact = discordant < EXACT_BELOW;
  return {
    ...{ count, onlyFirst, onlySecond, difference },
    standardError: Math.sqrt(Math.max(0, discordant / count - difference ** 2) / count),
    p: exact ? binomialTails(onlyFirst, discordant) : chiSquaredTail(onlyFirst, onlySecond),
    test: exact ? 'exact binomial' : 'chi-squared, continuity correction',
  };
}

/** Probability of a split of n fair coins at least as uneven as k : n − k. */
function binomialTails(k: number, n: number): number {
  const few = Math.min(k, n - k);
  let term = 0.5 ** n;
  let sum = 0;
  for (let i = 0; i <= few; i++) {
    sum += term;
    term *= (n - i) / (i + 1);
  }
  return Math.min(1, 2 * sum);
}

/** Survival function of χ² with one degree of freedom at (|b − c| − 1)² / (b + c). */
function chiSquaredTail(onlyFirst: number, onlySecond: number): number {
  const apart = Math.max(0, Math.abs(onlyFirst - onlySecond) - 1);
  return complementaryError(apart / Math.sqrt(2 * (onlyFirst + onlySecond)));
}

/** erfc(x), x ≥ 0. Near 0 it uses the power series, and further out Laplace's continued fraction. */
function complementaryError(x: number): number {
  if (x < 2) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-17; n++) {
      term *= -(x * x) / n;
      sum += term / (2 * n + 1);
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = x;
  for (let n = 60; n > 0; n--) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
}

/** Mean and spread of some values. */
export interface Spread {
  readonly mean: number;
  /** Standard deviation (n − 1); null for one value. */
  readonly sd: number | null;
  readonly count: number;
}

/** Mean of some values, of which there must be one. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Mean and spread; null without values. */
export function spreadOf(values: readonly number[]): Spread | null {
  const count = values.length;
  if (count === 0) return null;
  const middle = mean(values);
  if (count === 1) return { mean: middle, sd: null, count };
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return { mean: middle, sd: Math.sqrt(squares / (count - 1)), count };
}

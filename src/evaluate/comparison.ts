import type { Distance } from './nearest.ts';

/**
 * How features are compared: by a distance as they are, or by the cosine once they are whitened
 * (evaluate/whitening.ts).
 */
export type Comparison = Distance | 'whitened';

export const COMPARISONS = ['cosine', 'euclidean', 'whitened'] as const satisfies readonly Comparison[];

/** The distance between the rows that are compared. */
export function distanceOf(comparison: Comparison): Distance {
  return comparison === 'whitened' ? 'cosine' : comparison;
}

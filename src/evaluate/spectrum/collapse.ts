import { covarianceOf, type Moments } from '../moments.ts';
import { symmetricEigenvalues } from './eigenvalues.ts';

// D dimensions of a feature.

/** How much of their space the features use. */
export interface Spread {
  readonly dimension: number;
  /**
   * exp of the entropy of the centred features' singular values, taken as shares (Roy and Vetterli 2007). It
   * is D if all directions are used equally, 1 if only one is used, and 0 if nothing varies.
   */
  readonly effectiveRank: number;
  /** Shares of the covariance's eigenvalues in their sum, the largest first, [D]. */
  readonly spectrum: readonly number[];
  /** Standard deviation of each dimension over the images, the largest first, [D]. */
  readonly deviations: readonly number[];
  /** Dimensions that hardly vary: below a hundredth of the largest deviation. */
  readonly dead: number;
  /** Size of the deviations compared with the features themselves: √(Σ variance / mean ‖feature‖²), 0–1. */
  readonly relativeSpread: number;
  /** What is wrong, in words, with the threshold and its reason; null if nothing is wrong. */
  readonly alarm: string | null;
}

/** Part of the largest deviation below which a dimension counts as dead. */
const DEAD = 0.01;
/** Features whose relative spread is below this count as collapsed to one place. */
export const COLLAPSED = 0.01;

/** Effective rank, deviations and the collapse alarm of features, from their `moments`. */
export function spreadOf(moments: Moments): Spread {
  const { dimension, mean, deviation } = moments;
  const values = symmetricEigenvalues(covarianceOf(moments), dimension).map((value) => Math.max(0, value));
  const total = values.reduce((sum, value) => sum + value, 0);
  const length = mean.reduce((sum, value) => sum + value ** 2, total);
  const deviations = Array.from(deviation).sort((a, b) => b - a);
  const measured = {
    dimension,
    effectiveRank: effectiveRank(values),
    spectrum: Array.from(values, (value) => (total > 0 ? value / total : 0)),
    deviations,
    dead: deviations.filter((value) => value <= DEAD * deviations[0]!).length,
    relativeSpread: length > 0 ? Math.sqrt(total / length) : 0,
  };
  return { ...measured, alarm: alarmOf(measured, moments.classes) };
}

/** @param values eigenvalues of a covariance, none negative */
export function effectiveRank(values: Float64Array): number {
  const singular = values.map(Math.sqrt);
  const sum = singular.reduce((all, value) => all + value, 0);
  if (sum === 0) return 0;
  let entropy = 0;
  for (const value of singular) if (value > 0) entropy -= (value / sum) * Math.log(value / sum);
  return Math.exp(entropy);
}

function alarmOf(
  { dimension, effectiveRank: rank, dead, relativeSpread }: Omit<Spread, 'alarm'>,
  classes: number,
): string | null {
  if (relativeSpread < COLLAPSED) {
    return (
      `Collapsed: features of different images differ by ${(100 * relativeSpread).toPrecision(2)} % of their length ` +
      '(alarm below 1 %): the encoder gives nearly the same for every image.'
    );
  }
  if (rank < classes - 1) {
    return (
      `Dimensional collapse: the effective rank is ${rank.toPrecision(3)} of ${dimension}. ` +
      `A linear probe needs ${classes - 1} directions to tell ${classes} classes apart (alarm below that).`
    );
  }
  if (2 * dead > dimension) {
    return (
      `Dead dimensions: ${dead} of ${dimension} vary by less than a hundredth of the liveliest one ` +
      '(alarm above half): most of the width is wasted.'
    );
  }
  return null;
}

import type { AimState } from '../../run/checkpoint/checkpoint.ts';

export const FIRST_AIM: AimState = { gap: null, correction: 0, noisy: null, looked: null };

/** Weight of a newly measured gap in the running average. */
const FORGETTING = 0.5;
/** Share of the distance from t_d that each look adds to the correction. */
const GAIN = 0.2;
/**
 * If the noisy gates are further than this from the aim, training still moves towards it: nothing is
 * corrected.
 */
const SETTLED = 0.05;

/**
 * The aim of the budget loss with which the hard gates meet t_d. It is the sum of t_d, of what the hard gates
 * spend less than the noisy ones, and of a correction for what training stays below its aim.
 */
export function aimOf({ gap, correction }: AimState, budget: number): number {
  return budget + (gap ?? 0) + correction;
}

/**
 * The state after a look at the hard gates.
 * @param hard MAC ratio of evaluated images
 * @param smallest smallest ratio that can be reached: an aim below it would have no effect
 */
export function afterLook(state: AimState, hard: number, budget: number, smallest: number): AimState {
  const { noisy } = state;
  if (noisy === null) return state;
  const seen = noisy - hard;
  const gap = state.gap === null ? seen : state.gap + FORGETTING * (seen - state.gap);
  const settled = Math.abs(noisy - aimOf(state, budget)) < SETTLED;
  const wanted = state.correction + (settled ? GAIN * (budget - hard) : 0);
  const within = Math.min(1, Math.max(smallest, budget + gap + wanted));
  return { ...state, gap, correction: within - budget - gap };
}

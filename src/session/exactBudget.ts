import type { AimState } from '../run/checkpoint.ts';

export const FIRST_AIM: AimState = { gap: null, correction: 0, noisy: null, looked: null };

/** Share of a newly seen gap that is taken over. */
const FORGETTING = 0.5;
/** Share of the distance from t_d that a look adds to the correction. */
const GAIN = 0.2;
/** As long as training is further than this from its aim, it is on its way: nothing is to be corrected. */
const SETTLED = 0.05;

/**
 * The aim of the budget loss, so that hard gates meet t_d: t_d, and what hard gates spend less than noisy ones, and
 * what training falls short of its aim.
 */
export function aimOf({ gap, correction }: AimState, budget: number): number {
  return budget + (gap ?? 0) + correction;
}

/**
 * The state after a look at the hard gates.
 * @param hard MAC ratio of evaluated images
 * @param smallest reachable ratio: aiming below it is in vain
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

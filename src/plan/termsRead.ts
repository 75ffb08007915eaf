import type { StepTerms } from '../engine.ts';
import { TERMS_FLOATS } from './tasks/lossTasks.ts';

/** Where the values of the terms start in a step's floats, VICReg's parts, and the norms. */
const VALUES = 8;
const BY_PASS = 16;
const NORMS = 20;

/**
 * The terms of step number `step` from a copy of the ring.
 * @param weights of the system's terms in that step
 * @throws Error when the slot holds another step
 */
export function readTerms(ring: Float32Array, step: number, weights: readonly number[]): StepTerms {
  const at = (step * TERMS_FLOATS) % ring.length;
  const float = (place: number) => ring[at + place]!;
  if (float(7) !== Math.fround(step))
    throw new Error(`terms: the ring must hold step ${step}, got step ${float(7)}: it was read too late`);
  const ofFirst = (place: number) => (weights[0] === 0 ? Number.NaN : float(place));
  const pair = (place: number) => [float(place), float(place + 1)] as const;
  const norm = (part: number) => Math.sqrt(float(NORMS + part));
  const gated = float(6) !== -1;
  return {
    loss: float(0),
    invariance: ofFirst(1),
    variance: ofFirst(2),
    covariance: ofFirst(3),
    budgetLoss: float(4),
    boundLoss: float(5),
    macRatio: gated ? float(6) : null,
    terms: weights.map((weight, term) => (weight === 0 ? Number.NaN : float(VALUES + term))),
    ...(weights[0] !== 0 && { byPass: { variance: pair(BY_PASS), covariance: pair(BY_PASS + 2) } }),
    gradientNorms: { encoder: norm(0), projector: norm(1), ...(gated && { gates: norm(2) }) },
  };
}

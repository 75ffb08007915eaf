import type { StepTerms } from '../engine.ts';
import { type Dispatch, kernel, type Slice } from './kernel.ts';
import { STEP_STRUCT } from './stepScalars.ts';
import source from './stepTerms.wgsl?raw';

/** Floats that a step leaves in the ring. */
export const TERMS_FLOATS = 8;

export interface TermsRing {
  /** 4 floats: VICReg's weighted total, then invariance, variance and covariance, unweighted. */
  readonly vicreg: Slice;
  /** The terms of budgetDispatches; null for a system without gates. */
  readonly cost: Slice | null;
  /** `slots` · TERMS_FLOATS floats; the slot of step s is s mod slots. */
  readonly ring: Slice;
  readonly slots: number;
  /** 4 floats: the total loss, which the optimiser looks at, and zeros. Once it is not finite it stays so. */
  readonly total: Slice;
  readonly step: Slice;
}

/** Adds up the loss of a step and leaves it with its terms in a ring, to be read back some steps later. */
export function stepTerms({ vicreg, cost, ring, slots, total, step }: TermsRing): Dispatch {
  return {
    kernel: kernel('stepTerms', STEP_STRUCT + source, { GATED: Number(cost !== null) }),
    of: 'loss',
    shape: [slots],
    buffers: [step, vicreg, ring, total, ...(cost === null ? [] : [cost])],
    workgroups: [1, 1, 1],
  };
}

/**
 * The terms of step number `step` from a copy of the ring.
 * @throws Error when the slot holds another step
 */
export function readTerms(ring: Float32Array, step: number): StepTerms {
  const at = (step * TERMS_FLOATS) % ring.length;
  const term = (place: number) => ring[at + place]!;
  if (term(7) !== Math.fround(step))
    throw new Error(`terms: the ring must hold step ${step}, got step ${term(7)}: it was read too late`);
  return {
    loss: term(0),
    invariance: term(1),
    variance: term(2),
    covariance: term(3),
    budgetLoss: term(4),
    boundLoss: term(5),
    macRatio: term(6) === -1 ? null : term(6),
    terms: [term(0) - term(4) - term(5)],
  };
}

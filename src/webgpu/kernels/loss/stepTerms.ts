import type { StepTerms } from '../../../engine.ts';
import { type PairTerms, TERMS_FLOATS } from '../../../plan/tasks/lossTasks.ts';
import { type Dispatch, dispatch, kernel, type Span } from '../kernel.ts';
import { STEP_STRUCT } from '../stepStruct.ts';
import pairTerms from './pairTerms.wgsl?raw';
import source from './stepTerms.wgsl?raw';
import { pairShapes } from './termGradients.ts';

/** Quads that a step leaves in the ring, and their floats. The last quad is the optimiser's (descend.ts). */
const TERMS_QUADS = TERMS_FLOATS / 4;

/** Where the values of the terms start in a step's floats, VICReg's parts, and the norms. */
const VALUES = 8;
const BY_PASS = 16;
const NORMS = 20;

/** Squared distances of embeddings to their teachers', from termGradients. */
export interface Distances {
  /** Per pair and column. */
  readonly span: Span;
  /** Quads of a pair. */
  readonly quads: number;
  /** Value of a distillation per squared distance. */
  readonly slope: number;
}

export interface TermsRing {
  readonly pairs: readonly PairTerms[];
  /** PAIR_FLOATS a pair, from vicregDispatches. */
  readonly vicreg: Span;
  /** null without distillation. */
  readonly distances: Distances | null;
  /** The terms of budgetDispatches; null for a system without gates. */
  readonly cost: Span | null;
  /** `slots` · TERMS_FLOATS floats; the slot of step s is s mod slots. */
  readonly ring: Span;
  readonly slots: number;
  /** 4 floats: the total loss, which the optimiser checks, and zeros. A total that is not finite stays. */
  readonly total: Span;
  /** stepScalars.ts: the weights of the terms. */
  readonly step: Span;
}

/** Adds up the loss of a step and writes it with its terms to a ring, which is read back some steps later. */
export function stepTerms(task: TermsRing): Dispatch {
  const { pairs, vicreg, distances, cost, ring, slots, total, step } = task;
  return dispatch({
    kernel: kernel('stepTerms', STEP_STRUCT + pairTerms + source, {
      PAIRS: pairs.length,
      GATED: Number(cost !== null),
      DISTIL: Number(distances !== null),
      SLOT: TERMS_QUADS,
    }),
    of: 'loss',
    shape: {
      slots,
      quads: distances?.quads ?? 0,
      slope: distances?.slope ?? 0,
      pairs: pairShapes(pairs),
    },
    buffers: [step, vicreg, ring, total, ...(cost ? [cost] : []), ...(distances ? [distances.span] : [])],
    workgroups: [1, 1, 1],
  });
}

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

import { type PairTerms, TERMS_FLOATS } from '../../../plan/tasks/lossTasks.ts';
import { type Dispatch, dispatch, kernel, type Span } from '../kernel.ts';
import { STEP_STRUCT } from '../stepStruct.ts';
import pairTerms from './pairTerms.wgsl?raw';
import source from './stepTerms.wgsl?raw';
import { pairShapes } from './termGradients.ts';

/** Quads that a step leaves in the ring, and their floats. The last quad is the optimiser's (descend.ts). */
const TERMS_QUADS = TERMS_FLOATS / 4;

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

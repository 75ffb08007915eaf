import type { ObjectiveSettings, OptimizerSettings } from '../../engine.ts';
import type { NetworkPart } from '../../network/parameters.ts';
import type { Span } from '../memory.ts';

// The loss of a step, and the descent.

/** Floats of a pair's terms. */
export const PAIR_FLOATS = 8;

/** VICReg of pairs of two views each, and its gradient. With a single image the variances are set to 0. */
export interface VicregTask {
  /** Embeddings of both views of each pair, [pairs · 2 · n, d]. */
  readonly z: Span;
  /** Gradient of the pairs' weighted totals, as z, overwritten. */
  readonly dz: Span;
  /**
   * PAIR_FLOATS a pair, overwritten: the weighted total, then unweighted invariance, variance, covariance;
   * then the variance of view 1 and of view 2, and the covariance of each.
   */
  readonly terms: Span;
  readonly n: number;
  readonly d: number;
  readonly pairs: number;
  readonly weights: Pick<ObjectiveSettings, 'invarianceWeight' | 'varianceWeight' | 'covarianceWeight'>;
}

/** The terms of two passes that follow each other, as places in the system's list of terms. */
export interface PairTerms {
  readonly own: number;
  /** The term that draws this pair to another pair's embeddings; null where there is none. */
  readonly distillation: { readonly term: number; readonly teacher: number } | null;
}

/** Floats that a step leaves of its terms; `readTerms` reads them. */
export const TERMS_FLOATS = 24;

/**
 * Weighs the gradients of the pairs' own terms, adds those of their distillations, adds up the loss of the
 * step, and writes it with its terms to a ring, which may be read some steps later.
 */
export interface StepTermsTask {
  readonly pairs: readonly PairTerms[];
  readonly n: number;
  readonly d: number;
  /** Embeddings, as in VicregTask. */
  readonly z: Span;
  /** Gradients of the own terms; become that of the loss. */
  readonly dz: Span;
  /** From `vicreg`. */
  readonly vicreg: Span;
  /** Value of a distillation per squared distance of embeddings. */
  readonly distillationValue: number;
  /** The terms of `budget`; null for a system without gates. */
  readonly cost: Span | null;
  /** `slots` · TERMS_FLOATS floats; the slot of step s is s mod slots. */
  readonly ring: Span;
  readonly slots: number;
  /** 4 floats: the total loss, which the optimiser checks, and zeros. A total that is not finite stays. */
  readonly total: Span;
  /** stepScalars.ts: the weights of the terms. */
  readonly step: Span;
}

/** The parts of the network, in the order of their squared gradient norms. */
export const PARTS: readonly NetworkPart[] = ['encoder', 'projector', 'gates'];

/** One trainable tensor in the spans of all parameters, all gradients and all momenta. */
export interface DescendTensor {
  /** Floats before it, a multiple of 4. */
  readonly offset: number;
  /** Floats, padding zeros included, a multiple of 4. */
  readonly length: number;
  /** Number of axes in PyTorch's shape. */
  readonly axes: number;
  /** Its own weight decay (gates: 0). */
  readonly weightDecay: number;
  readonly part: NetworkPart;
}

/**
 * One step of LARS-wrapped SGD with momentum for all tensors (method §5). It changes nothing if the total
 * loss is not finite. The squared norms of the gradients by parts of the network go to the step's slot.
 */
export interface DescendTask {
  readonly parameters: Span;
  readonly gradients: Span;
  readonly momenta: Span;
  readonly tensors: readonly DescendTensor[];
  readonly optimizer: Pick<OptimizerSettings, 'momentum' | 'lars'>;
  readonly step: Span;
  readonly total: Span;
  readonly ring: Span;
  readonly slots: number;
}

/** Puts `running` back to `before` where the total loss is not finite. */
export interface HaltRestoreTask {
  readonly total: Span;
  readonly before: Span;
  readonly running: Span;
}

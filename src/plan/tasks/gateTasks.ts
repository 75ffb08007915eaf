import type { ObjectiveSettings } from '../../engine.ts';
import type { Span } from '../memory.ts';
import type { Of } from './of.ts';

// Gates and their budget.

/** The passes of a step: all matrices are [passes · images, C], and the gated passes follow each other. */
export interface PassRows {
  /** N, rows of one pass. */
  readonly images: number;
  readonly passes: number;
  readonly firstGated: number;
  readonly gatedPasses: number;
}

/** Samples the gates of one block (method §2), open where logit + noise ≥ 0; in dense passes all are open. */
export interface GateSampleTask extends PassRows, Of {
  readonly logits: Span;
  /** [P·N, C] in {0, 1}, overwritten. */
  readonly gates: Span;
  /** [P·N, C], the straight-through slope s(1 − s)/τ, 0 in dense passes; overwritten. */
  readonly slopes: Span;
  /** Logistic noise [P·N, C] of the gated rows, or the step (stepScalars.ts) whose seeds it is drawn by. */
  readonly noise: { readonly given: Span } | { readonly step: Span };
  readonly channels: number;
  /** Draws of one pass before this block: N · channels of the earlier blocks (network/gateNoise.ts). */
  readonly counter: number;
  /** τ */
  readonly temperature: number;
}

/** Gradient of the whole loss with respect to a block's gate logits, straight through the hard gate. */
export interface GateGradientTask extends PassRows, Of {
  /** Gradient of the terms by the gates, [P·N, C]. */
  readonly dGate: Span;
  readonly gates: Span;
  readonly slopes: Span;
  /** From `budget`. */
  readonly coefficients: Span;
  /** [P·N, C]; rows of gated passes are overwritten, others left alone. */
  readonly dLogits: Span;
  readonly channels: number;
  /** Index of the block, and how many there are. */
  readonly block: number;
  readonly blocks: number;
}

/** A block's gates, and what they cost. */
export interface GatedBlock {
  /** [P·N, C], a part of the span of all gates. */
  readonly gates: Span;
  readonly channels: number;
  /** network/macs.ts */
  readonly macsPerOpenChannel: number;
}

/** Budget loss λ(ρ − t_d)² and bound loss of the gates (method §3), with their gradients. */
export interface BudgetTask extends PassRows {
  /** The gates of all blocks. */
  readonly gates: Span;
  readonly blocks: readonly GatedBlock[];
  /** MACs that the gated branch spends whatever its gates say (network/macs.ts). */
  readonly fixedMacs: number;
  readonly denseMacs: number;
  readonly weights: Pick<ObjectiveSettings, 'budgetWeight' | 'boundWeight'>;
  /** Share of each gated pass in the losses: 1 sums them, 1/gatedPasses averages them. */
  readonly share: number;
  /** stepScalars.ts: t_d and p. */
  readonly step: Span;
  /**
   * 2 floats for each block of each gated pass: what is added to the gradient of every gate, and of open
   * gates.
   */
  readonly coefficients: Span;
  /** 4 floats: budget + bound loss, budget loss, bound loss, mean MAC ratio of the gated passes. */
  readonly terms: Span;
}

import type { SystemId } from '../config.ts';
import type { Branch } from '../metrics.ts';

/** One forward pass of a training step: which of the two views goes through which branch. */
export interface Pass {
  readonly view: 0 | 1;
  readonly branch: Branch;
}

/** A part of the loss: what it compares, and how much it weighs. */
export interface Term {
  /**
   * vicreg, contrastive (NT-Xent): they compare the two passes' embeddings, which are each other's positives.
   * The distillations pull two passes to the teacher's, view by view: their embeddings by squared distance,
   * or their contrastive logits by cross-entropy.
   */
  readonly kind: 'vicreg' | 'contrastive' | 'distil-embedding' | 'distil-logits';
  /** Indices into `System.passes`. */
  readonly passes: readonly [number, number];
  /** Passes of the same two views that the distillations take as constants; null for the other kinds. */
  readonly teacher: readonly [number, number] | null;
  /** The branch that the term trains; null if it couples two. */
  readonly branch: Branch | null;
  readonly weight: number;
  /** Weight before the slow start is over. */
  readonly early: number;
}

/** What a system is, in words. */
export interface SystemText {
  readonly id: SystemId;
  readonly label: string;
  /** One sentence for the page. */
  readonly summary: string;
  readonly source: string;
}

/**
 * A system is data: the engines, the MAC accounting, the exports and the page all read this description.
 * Passes run in order, and the order decides the running statistics of shared BatchNorms. The terms compare
 * their embeddings, and every gated pass adds its budget and bound losses.
 */
export interface System extends SystemText {
  readonly passes: readonly Pass[];
  readonly terms: readonly Term[];
  /** Branches that can be used after training, the most frugal first. */
  readonly branches: readonly Branch[];
}

/** VICReg between the first two passes. */
const VICREG: readonly Term[] = [
  { kind: 'vicreg', passes: [0, 1], teacher: null, branch: null, weight: 1, early: 1 },
];

/** The systems that have no settings of their own. */
export const SYSTEMS: Readonly<Record<Exclude<SystemId, 'slimmable'>, System>> = {
  'dual-gating': {
    id: 'dual-gating',
    label: 'Dual gating',
    summary: 'View 1 goes through the gated branch, view 2 through the dense one; both share their weights.',
    source: 'Krishna et al., BMVC 2023 (VICReg-Dual-Gating)',
    passes: [
      { view: 0, branch: 'gated' },
      { view: 1, branch: 'dense' },
    ],
    terms: VICREG,
    branches: ['gated', 'dense'],
  },
  'vicreg-gating': {
    id: 'vicreg-gating',
    label: 'VICReg gated',
    summary:
      'Both views go through the gated branch with gate samples of their own; there is no dense network.',
    source: 'Krishna et al. 2022 (arXiv 2207.12065) with VICReg, Baseline-2 of the BMVC paper',
    passes: [
      { view: 0, branch: 'gated' },
      { view: 1, branch: 'gated' },
    ],
    terms: VICREG,
    branches: ['gated'],
  },
  vicreg: {
    id: 'vicreg',
    label: 'VICReg dense',
    summary: 'Both views go through one dense network: no gates, no budget.',
    source: 'Bardes et al., ICLR 2022 (VICReg), Baseline-1 of the BMVC paper',
    passes: [
      { view: 0, branch: 'dense' },
      { view: 1, branch: 'dense' },
    ],
    terms: VICREG,
    branches: ['dense'],
  },
};

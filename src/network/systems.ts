import type { SystemId } from '../config.ts';
import type { Branch } from '../metrics.ts';

/** One forward pass of a training step: which of the two views goes through which branch. */
export interface Pass {
  readonly view: 0 | 1;
  readonly branch: Branch;
}

/**
 * A system is data: the engines, the MAC accounting, the exports and the page all read this description.
 * Passes run in order (the order decides the running statistics of shared BatchNorms); their embeddings meet
 * in VICReg, and every gated pass adds its budget and bound losses.
 */
export interface System {
  readonly id: SystemId;
  readonly label: string;
  /** One sentence for the page. */
  readonly summary: string;
  readonly source: string;
  readonly passes: readonly [Pass, Pass];
  /** Branches that can be used after training. */
  readonly branches: readonly Branch[];
}

export const SYSTEMS: Readonly<Record<SystemId, System>> = {
  'dual-gating': {
    id: 'dual-gating',
    label: 'Dual gating',
    summary: 'View 1 goes through the gated branch, view 2 through the dense one; both share their weights.',
    source: 'Krishna et al., BMVC 2023 (VICReg-Dual-Gating)',
    passes: [
      { view: 0, branch: 'gated' },
      { view: 1, branch: 'dense' },
    ],
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
    branches: ['dense'],
  },
};

import type { SystemId } from '../config.ts';

/** A row of the paper's table, in the units of this project. */
export interface PaperRow {
  readonly data: PaperData;
  readonly system: Exclude<SystemId, 'slimmable'>;
  readonly branch: 'dense' | 'gated';
  /** t_d; null without gates. */
  readonly budget: number | null;
  /** Test accuracy of a linear probe, 0–1. */
  readonly accuracy: number;
  /** What the paper prints behind “±”: over 5 runs, most likely of the probe on one pre-training. 0–1. */
  readonly spread: number;
  /** Achieved MACs over the dense ones: 1 − the printed “FLOPs reduction”. */
  readonly ratio: number;
  /** MACs of one image through the dense network, exactly. */
  readonly denseMacs: number;
}

export type PaperData = 'CIFAR-10' | 'STL-10' | 'CIFAR-100' | 'ImageNet-100';

/** Where the numbers are from. */
export const PAPER_SOURCE =
  'Krishna et al., “Unifying Synergies between Self-supervised Learning and Dynamic Computation”, BMVC 2023, table 1';

/** What the paper calls the systems. */
export const PAPER_NAMES: Readonly<Record<PaperRow['system'], string>> = {
  vicreg: 'VICReg',
  'vicreg-gating': 'VICReg-Gating',
  'dual-gating': 'VICReg-Dual-Gating',
};

export const PAPER_DATA: readonly PaperData[] = ['CIFAR-10', 'STL-10', 'CIFAR-100', 'ImageNet-100'];

/** Convolutions of a ResNet-18; CIFAR's 3×3 stem has padding 2 (34 × 34 maps). */
const DENSE_MACS: Readonly<Record<PaperData, number>> = {
  'CIFAR-10': 703_560_448,
  'STL-10': 333_103_104,
  'CIFAR-100': 703_560_448,
  'ImageNet-100': 1_813_561_344,
};

/** Per cent, as printed: accuracy and its ±, then for gated networks the reduction of FLOPs. */
type Pair = readonly [accuracy: number, spread: number];
type Triple = readonly [accuracy: number, spread: number, reduction: number];

interface Printed {
  readonly vicreg: Pair;
  /** Per t_d: VICReg-Gating, then VICReg-Dual-Gating's dense and gated branch. */
  readonly budgets: Readonly<Record<string, readonly [gating: Triple, dense: Pair, gated: Triple]>>;
}

const PRINTED: Readonly<Record<PaperData, Printed>> = {
  'CIFAR-10': {
    vicreg: [91.11, 0.03],
    budgets: {
      '0.1': [
        [87.75, 0.03, 85.92],
        [88.99, 0.04],
        [88.94, 0.06, 81.49],
      ],
      '0.3': [
        [89.49, 0.04, 69.27],
        [90.38, 0.04],
        [90.27, 0.03, 66.43],
      ],
      '0.5': [
        [90.7, 0.04, 51.62],
        [90.2, 0.02],
        [90.4, 0.06, 49.02],
      ],
    },
  },
  'STL-10': {
    vicreg: [86.15, 0.1],
    budgets: {
      '0.1': [
        [82.48, 0.15, 82.85],
        [84.29, 0.21],
        [83.29, 0.05, 78.34],
      ],
      '0.3': [
        [84.16, 0.11, 68.38],
        [84.9, 0.05],
        [84.85, 0.04, 65.24],
      ],
      '0.5': [
        [85.4, 0.2, 49.93],
        [85.75, 0.02],
        [85.72, 0.02, 48.41],
      ],
    },
  },
  'CIFAR-100': {
    vicreg: [65.86, 0.1],
    budgets: {
      '0.1': [
        [63.12, 0.09, 84.82],
        [65.21, 0.06],
        [64.31, 0.08, 81.71],
      ],
      '0.3': [
        [65.41, 0.09, 68.68],
        [65.9, 0.1],
        [65.64, 0, 66.83],
      ],
      '0.5': [
        [65.75, 0.12, 50.04],
        [66.41, 0.05],
        [66.4, 0.14, 49.06],
      ],
    },
  },
  'ImageNet-100': {
    vicreg: [77.74, 0.12],
    budgets: {
      '0.3': [
        [74.04, 0.09, 67.95],
        [75.12, 0.07],
        [75.04, 0.1, 64.98],
      ],
      '0.5': [
        [75.83, 0.07, 50.11],
        [76.42, 0.26],
        [76.24, 0.12, 47.69],
      ],
    },
  },
};

/** Every row of the table, in its order. */
export const PAPER_ROWS: readonly PaperRow[] = PAPER_DATA.flatMap((data) => {
  const { vicreg, budgets } = PRINTED[data];
  const row = (
    system: PaperRow['system'],
    branch: PaperRow['branch'],
    budget: number | null,
    [accuracy, spread, reduction = 0]: Pair | Triple,
  ): PaperRow => ({
    ...{ data, system, branch, budget },
    ...{ accuracy: accuracy / 100, spread: spread / 100, ratio: 1 - reduction / 100 },
    denseMacs: DENSE_MACS[data],
  });
  return [
    row('vicreg', 'dense', null, vicreg),
    ...Object.entries(budgets).flatMap(([text, [gating, dense, gated]]) => {
      const budget = Number(text);
      return [
        row('vicreg-gating', 'gated', budget, gating),
        row('dual-gating', 'dense', budget, dense),
        row('dual-gating', 'gated', budget, gated),
      ];
    }),
  ];
});

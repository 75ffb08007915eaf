import type { PairedComparison } from '../../statistics/confidence.ts';
import type { DataFacts } from './measuresOrder.ts';

/**
 * Ways to spend the MACs that the gates spend, on the same weights. real: the gates themselves, or the dense
 * network if there are no gates. l1 and l1-recalibrated prune the dense network; the others mask the gated
 * one.
 */
export const MASK_KINDS = [
  'real',
  'frozen',
  'always-on',
  'shuffled',
  'random',
  'prefix',
  'l1',
  'l1-recalibrated',
] as const;
export type MaskKind = (typeof MASK_KINDS)[number];

/**
 * Measures 20-NN and the ridge probe under each mask, and compares them with the real gates at equal MACs.
 */
export interface MasksOrder {
  readonly kind: 'masks';
  /** The masks in any order; the real gates always come first. */
  readonly masks: readonly Exclude<MaskKind, 'real'>[];
  /**
   * Share of the dense MACs to which a network without gates is pruned. If there are gates, they decide the
   * share.
   */
  readonly ratio: number;
}

export const MASK_MEASURES = ['knn20', 'ridge'] as const;
export type MaskMeasure = (typeof MASK_MEASURES)[number];

/** Test accuracy under a mask. */
export interface MaskScore {
  readonly measure: MaskMeasure;
  readonly accuracy: number;
  readonly standardError: number;
  /** Compares the real gates with this mask on the same test images; null for the real gates. */
  readonly comparison: PairedComparison | null;
}

export interface MaskResult {
  readonly mask: MaskKind;
  /** Theoretical MACs of one image; if images differ, a mean over the test images. */
  readonly macs: number;
  /** Share of the dense network's MACs. */
  readonly ratio: number;
  /** Mean share of open channels of each block, 0–1. */
  readonly density: readonly number[];
  /** Empty if the images have no labels. */
  readonly scores: readonly MaskScore[];
}

export interface MasksOutcome {
  readonly kind: 'masks';
  readonly data: DataFacts;
  /** Whether the network has gates; then `real` means these. */
  readonly gated: boolean;
  readonly blocks: readonly string[];
  readonly denseMacs: number;
  readonly masks: readonly MaskResult[];
  readonly seconds: number;
}

/** Each mask's name, what it does, and which question it answers. */
export const MASK_TEXTS: Readonly<
  Record<MaskKind, { readonly label: string; readonly does: string; readonly asks: string }>
> = {
  real: {
    label: 'Real gates',
    does: 'Each image opens its own channels.',
    asks: 'What all others are compared with.',
  },
  frozen: {
    label: 'Frozen top-K',
    does: 'The channels that training images open most, the same for every image; no gate is computed.',
    asks: 'What does data dependence buy?',
  },
  'always-on': {
    label: 'Always-on set',
    does: 'The channels that at least half of the training images open; no gate is computed.',
    asks: 'Do the rare channels matter? Its MACs are not held equal.',
  },
  shuffled: {
    label: 'Shuffled',
    does: 'Each image gets the gates of another one of its set.',
    asks: 'Does it matter whose gates they are?',
  },
  random: {
    label: 'Random',
    does: 'As many channels per block, drawn anew for every image.',
    asks: 'Does it matter which channels they are?',
  },
  prefix: {
    label: 'Prefix',
    does: 'The first channels of each block, as in a slimmable network.',
    asks: 'Does any fixed subset do?',
  },
  l1: {
    label: 'L1 pruning',
    does: 'The dense network with the filters of the largest L1 norm, the same share of every block.',
    asks: 'Would pruning after training have done?',
  },
  'l1-recalibrated': {
    label: 'L1, BN recalibrated',
    does: 'The same, with the BatchNorms’ running statistics taken anew from training images.',
    asks: 'And with its statistics put right?',
  },
};

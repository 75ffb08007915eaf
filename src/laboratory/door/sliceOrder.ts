import type { WeightsFile } from '../../network/weights.ts';

/**
 * dense, gated: one branch alone, with its own BatchNorms and all of its channels. frozen: the channels that
 * training images open most, as many as are open on average, and no gates. never-open: only channels that no
 * image opens are cut; those that some training or test image opens stay, and gates decide on them.
 */
export const SLICE_FORMS = ['dense', 'gated', 'frozen', 'never-open'] as const;
export type SliceForm = (typeof SLICE_FORMS)[number];

/** How the gates are shifted before an order; with neither they are as the weights have them. */
export interface GateOrder {
  /** A share of the dense MACs, for which δ is found. */
  readonly budget?: number;
  /** δ, where it is known already. */
  readonly gateShift?: number;
}

/** Takes one branch of a network, or cuts closed channels out of the gated one. */
export interface SliceOrder extends GateOrder {
  readonly kind: 'slice';
  readonly form: SliceForm;
}

export interface SliceOutcome {
  readonly kind: 'slice';
  readonly form: SliceForm;
  /** δ of the gates that decided; null for the dense branch. */
  readonly gateShift: number | null;
  /**
   * Its parity features are those of the whole network with the cut channels masked. The sliced network must
   * give the same.
   */
  readonly weights: WeightsFile;
  /** For each block, how many channels stay, and how many there were. */
  readonly inner: readonly number[];
  readonly channels: readonly number[];
  /** Theoretical MACs of one image before and after. With gates, only open channels count, as a mean. */
  readonly denseMacs: number;
  readonly macs: number;
  /**
   * Largest difference to the masked network's features on the parity images, relative to their largest
   * value.
   */
  readonly difference: number;
}

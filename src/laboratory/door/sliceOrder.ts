import type { WeightsFile } from '../../network/weights.ts';

/**
 * dense, gated: one branch alone, with its own BatchNorms and all of its channels. frozen: the channels that training images open most, as many as they open on average, and no gates. never-open: all
 * channels that some training or test image opens, with the gates that decide on them.
 */
export const SLICE_FORMS = ['dense', 'gated', 'frozen', 'never-open'] as const;
export type SliceForm = (typeof SLICE_FORMS)[number];

/** Takes one branch of a network, or cuts closed channels out of the gated one. */
export interface SliceOrder {
  readonly kind: 'slice';
  readonly form: SliceForm;
}

export interface SliceOutcome {
  readonly kind: 'slice';
  readonly form: SliceForm;
  /** Its parity features are the whole network's, masked as it is cut: the sliced one has to meet them. */
  readonly weights: WeightsFile;
  /** Channels per block that stay, of how many. */
  readonly inner: readonly number[];
  readonly channels: readonly number[];
  /** Theoretical MACs of one image, before and after: a gate's channels count where they are open, as a mean. */
  readonly denseMacs: number;
  readonly macs: number;
  /** Largest difference to the masked network's features on the parity images, of their largest value. */
  readonly difference: number;
}

import type { SlicedWeightsFile } from '../network/slicedWeights.ts';

/**
 * frozen: the channels that training images open most, as many as they open on average, and no gates. never-open: all
 * channels that some training or test image opens, with the gates that decide on them.
 */
export const SLICE_FORMS = ['frozen', 'never-open'] as const;
export type SliceForm = (typeof SLICE_FORMS)[number];

/** Cuts closed channels out of a gated network. */
export interface SliceOrder {
  readonly kind: 'slice';
  readonly form: SliceForm;
}

export interface SliceOutcome {
  readonly kind: 'slice';
  readonly form: SliceForm;
  /** Its parity features are the masked whole network's: the sliced one has to meet them. */
  readonly weights: SlicedWeightsFile;
  /** Channels per block that stay, of how many. */
  readonly inner: readonly number[];
  readonly channels: readonly number[];
  /** Theoretical MACs of one image, before and after: a gate's channels count where they are open, as a mean. */
  readonly denseMacs: number;
  readonly macs: number;
  /** Largest difference to the masked network's features on the parity images, of their largest value. */
  readonly difference: number;
}

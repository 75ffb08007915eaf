import type { Sampling } from '../formats/files.ts';
import type { HubSetId } from './catalogue.ts';
import type { HubFault } from './hubError.ts';
import type { HubProgress } from './loadHub.ts';

/** Messages from the page to the worker of the downloads. */
export type HubCommand =
  /** Asks what is kept. The answer is `kept`. */
  | { readonly kind: 'measure' }
  | ({ readonly kind: 'download'; readonly set: HubSetId } & Sampling)
  | { readonly kind: 'cancel' }
  /** Deletes what is kept of a set. The answer is `kept`. */
  | { readonly kind: 'clear'; readonly set: HubSetId };

/** Bytes that are kept of each set. */
export type KeptSizes = Readonly<Record<HubSetId, number>>;

/** What was read of one part. */
export interface PartSummary {
  readonly images: number;
  /** Number of classes that occur among the images. */
  readonly classes: number;
}

/** Messages from the worker of the downloads to the page. */
export type HubNews =
  /** `sizes` is null if this browser keeps nothing. */
  | { readonly kind: 'kept'; readonly sizes: KeptSizes | null }
  | { readonly kind: 'progress'; readonly progress: HubProgress }
  /** Everything came and was read once; `kept` says whether it stays in this browser. */
  | { readonly kind: 'done'; readonly kept: boolean; readonly train: PartSummary; readonly test: PartSummary }
  | { readonly kind: 'cancelled' }
  /** What is kept could not be measured or deleted; `message` tells the user why, in sentences. */
  | { readonly kind: 'complaint'; readonly message: string }
  | { readonly kind: 'failed'; readonly fault: HubFault | 'internal'; readonly message: string };

import type { Sampling } from '../formats/files.ts';
import type { HubSetId } from './catalogue.ts';
import type { HubFault } from './hubError.ts';
import type { HubProgress } from './loadHub.ts';

/** Page → worker of the downloads. */
export type HubCommand =
  /** What is kept? Answered by `kept`. */
  | { readonly kind: 'measure' }
  | ({ readonly kind: 'download'; readonly set: HubSetId } & Sampling)
  | { readonly kind: 'cancel' }
  /** Deletes what is kept of a set; answered by `kept`. */
  | { readonly kind: 'clear'; readonly set: HubSetId };

/** Bytes that are kept of each set. */
export type KeptSizes = Readonly<Record<HubSetId, number>>;

/** What came of one part. */
export interface PartSummary {
  readonly images: number;
  /** Classes that occur among them. */
  readonly classes: number;
}

/** Worker of the downloads → page. */
export type HubNews =
  /** `sizes` is null where this browser keeps nothing. */
  | { readonly kind: 'kept'; readonly sizes: KeptSizes | null }
  | { readonly kind: 'progress'; readonly progress: HubProgress }
  /** Everything is here and was read once; `kept`: and stays in this browser. */
  | { readonly kind: 'done'; readonly kept: boolean; readonly train: PartSummary; readonly test: PartSummary }
  | { readonly kind: 'cancelled' }
  /** What is kept could not be measured or deleted: why, in sentences for the user. */
  | { readonly kind: 'complaint'; readonly message: string }
  | { readonly kind: 'failed'; readonly fault: HubFault | 'internal'; readonly message: string };

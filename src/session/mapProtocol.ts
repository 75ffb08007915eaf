import type { Branch } from '../metrics.ts';
import type { SessionEvent } from './protocol.ts';

/** Page → map worker: draw these features. A newer request takes the place of the one that is under way. */
export interface MapRequest {
  readonly kind: 'layout';
  readonly run: string;
  readonly epoch: number;
  readonly step: number;
  /** Of one feature. */
  readonly dimension: number;
  /** f32 [count, dimension] per branch; the buffers may be transferred. */
  readonly features: Readonly<Partial<Record<Branch, Float32Array>>>;
  /** The run's seed; maps draw from its stream 'map'. */
  readonly seed: number;
}

/** A layout, as the event that the page's state is folded from. */
export type MapLayout = Extract<SessionEvent, { kind: 'map' }>;

/** Map worker → page. For one request: both PCA layouts at once, progress, then both UMAP layouts. */
export type MapEvent =
  | MapLayout
  /** UMAP is under way: `done` of `total` optimisation epochs over all branches. */
  | {
      readonly kind: 'mapProgress';
      readonly run: string;
      readonly epoch: number;
      readonly done: number;
      readonly total: number;
    }
  /** No layout can be made of these features (say, they are not finite); what there was stays. */
  | { readonly kind: 'mapFailed'; readonly run: string; readonly epoch: number; readonly message: string };

import type { Branch } from '../../metrics.ts';
import type { SessionEvent } from '../../run/protocol.ts';

/** How UMAP is asked to draw: quickly, or with the settings of the authors' figures. */
export type UmapSettings = 'quick' | 'paper';

/** n_neighbors and seed of the two; min_dist is .1 in both. A null seed is the run's. */
export const UMAP_SETTINGS: Readonly<
  Record<UmapSettings, { readonly neighbours: number; readonly seed: number | null }>
> = {
  quick: { neighbours: 15, seed: null },
  paper: { neighbours: 50, seed: 42 },
};

/** These features. A newer request takes the place of the one that is under way. */
export interface MapRequest {
  readonly kind: 'layout';
  readonly run: string;
  readonly epoch: number;
  readonly step: number;
  /** Images. */
  readonly count: number;
  /** f32 [count, F] per branch, F of its own; the buffers may be transferred. */
  readonly features: Readonly<Partial<Record<Branch, Float32Array>>>;
  /** The run's seed; quick maps draw from its stream 'map'. */
  readonly seed: number;
}

/** Page → map worker: draw. New settings draw the present features once more. */
export type MapCommand = MapRequest | { readonly kind: 'settings'; readonly settings: UmapSettings };

/** A layout, as the event that the page's state is folded from. */
export type MapLayout = Extract<SessionEvent, { kind: 'map' }>;

/** Map worker → page. For one request: all PCA layouts at once, progress, then the UMAP layouts one by one. */
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

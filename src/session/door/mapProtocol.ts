import type { Branch } from '../../metrics.ts';
import type { SessionEvent } from '../../run/protocol.ts';
import type { RunRecord } from '../../run/record.ts';

/** How UMAP is asked to draw: quickly, or with the settings of the authors' figures. */
export type UmapSettings = 'quick' | 'paper';

/** How maps are drawn: by UMAP after a PCA, or by PCA alone. */
export type MapSettings = UmapSettings | 'pca';

/**
 * n_neighbors and seed of both settings; min_dist is .1 in both. With a null seed, the run's seed is used.
 */
export const UMAP_SETTINGS: Readonly<
  Record<UmapSettings, { readonly neighbours: number; readonly seed: number | null }>
> = {
  quick: { neighbours: 15, seed: null },
  paper: { neighbours: 50, seed: 42 },
};

/** Asks for maps of these features. A newer request replaces one that is still in work. */
export interface MapRequest {
  readonly kind: 'layout';
  readonly run: string;
  readonly epoch: number;
  readonly step: number;
  /** Images. */
  readonly count: number;
  /** f32 [count, F] per branch; F may differ between branches. The buffers may be transferred. */
  readonly features: Readonly<Partial<Record<Branch, Float32Array>>>;
  /** The run's seed. Quick maps draw from its stream 'map'. */
  readonly seed: number;
}

/**
 * Page → map worker: draw maps. New settings end the UMAP that is under way, and draw the present features
 * once more. A run that goes on tells the newest maps that it had, so that its next ones follow them.
 */
export type MapCommand =
  | MapRequest
  | { readonly kind: 'settings'; readonly settings: MapSettings }
  | { readonly kind: 'drawn'; readonly run: string; readonly maps: RunRecord['maps'] };

/** A layout, as an event of the run. */
export type MapLayout = Extract<SessionEvent, { kind: 'map' }>;
/** Neighbours by features, as an event of the run. */
export type NearestEvent = Extract<SessionEvent, { kind: 'nearest' }>;

/**
 * Map worker → page. One request gives the PCA layouts of all branches at once, then the neighbours by
 * features, then progress, then all UMAP layouts at once, so that all maps on the page show the same
 * evaluation.
 */
export type MapEvent =
  | MapLayout
  | NearestEvent
  /** UMAP has done `done` of `total` optimisation epochs over all branches. */
  | {
      readonly kind: 'mapProgress';
      readonly run: string;
      readonly epoch: number;
      readonly done: number;
      readonly total: number;
    }
  /** These features give no layout (for example, they are not finite). Earlier layouts stay. */
  | { readonly kind: 'mapFailed'; readonly run: string; readonly epoch: number; readonly message: string };

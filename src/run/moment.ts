import type { Branch } from '../metrics.ts';

/** A layout of the map images: one point per image, f32 [count, 2]. */
export interface MapLayout {
  readonly epoch: number;
  readonly step: number;
  readonly projection: 'pca' | 'umap';
  /** n_neighbors of a UMAP; null for a PCA, and if it was not recorded. */
  readonly neighbours: number | null;
  readonly xy: Float32Array;
}

/** Hard gates of the map images. */
export interface MapGates {
  readonly epoch: number;
  readonly step: number;
  /** Per gated block u8 [count, C], 1 = open. */
  readonly blocks: readonly Uint8Array[];
}

/** The map images that are nearest to each by features. */
export interface MapNearest {
  readonly epoch: number;
  readonly step: number;
  /** Images that were compared: the first ones of the map images. */
  readonly count: number;
  /** Per branch u16 [count, k], the nearest first. */
  readonly branches: Readonly<Partial<Record<Branch, Uint16Array>>>;
}

/** What maps and gates showed after one evaluation. */
export interface Moment {
  readonly epoch: number;
  readonly step: number;
  readonly maps: Readonly<Partial<Record<Branch, MapLayout>>>;
  /** Null without a gated branch. */
  readonly gates: MapGates | null;
  /** Null if nobody looked for neighbours by features. */
  readonly nearest: MapNearest | null;
}

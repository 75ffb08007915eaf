import type { RunConfig } from '../../config.ts';
import type { RecipeId } from '../../data/images/recipe.ts';
import type { ViewParameters } from '../../data/images/views.ts';
import type { DataSource } from '../../run/protocol.ts';

export type { ViewParameters } from '../../data/images/views.ts';

/** The settings that decide a pair of views, the image, and the number of the draw. */
export interface PairOrder {
  readonly config: Pick<RunConfig, 'seed' | 'minCrop' | 'jitter' | 'grayscale'>;
  /** Index of the image, from 0. */
  readonly index: number;
  /** Number of the draw, from 0: a run of this seed makes the n-th draw for the n-th image that it sees. */
  readonly draw: number;
}

/** Page → views worker: first the images to read, once, then pairs of views to make of them. */
export type ViewsOrder =
  | { readonly kind: 'open'; readonly source: DataSource }
  | ({ readonly kind: 'draw' } & PairOrder);

/** The images that were read. */
export interface OpenedImages {
  readonly name: string;
  readonly count: number;
  /** Side of the images and of the views, pixels. */
  readonly size: number;
  readonly recipe: RecipeId;
  /** Whether only a part of the data set was read. */
  readonly limited: boolean;
}

export interface DrawnView {
  readonly parameters: ViewParameters;
  /** u8 [size, size, 3]. */
  readonly pixels: Uint8Array<ArrayBuffer>;
}

/** An image with two views, made as in training. */
export interface ViewPair {
  readonly order: PairOrder;
  /** Name of its class; null for images without labels. */
  readonly label: string | null;
  /** u8 [size, size, 3]. */
  readonly original: Uint8Array<ArrayBuffer>;
  readonly views: readonly [DrawnView, DrawnView];
}

/** Views worker → page. */
export type ViewsNews =
  /** Bytes read, and bytes to read; a total of 0 is unknown. */
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'opened'; readonly images: OpenedImages }
  | { readonly kind: 'pair'; readonly pair: ViewPair }
  | { readonly kind: 'failed'; readonly message: string };

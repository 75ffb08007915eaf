import type { RunConfig } from '../../config.ts';
import type { RecipeId } from '../../data/images/recipe.ts';
import type { ViewParameters } from '../../data/images/views.ts';
import type { DataSource } from '../../run/protocol.ts';

export type { ViewParameters } from '../../data/images/views.ts';

/** What of a configuration decides its views, and which of their draws is meant. */
export interface PairOrder {
  readonly config: Pick<RunConfig, 'seed' | 'minCrop' | 'jitter' | 'grayscale'>;
  /** Which image, from 0. */
  readonly index: number;
  /** Which draw of the seed's stream, from 0: the n-th is what a run of this seed draws for the n-th image it sees. */
  readonly draw: number;
}

/** Page → views worker: images to read, once; then pairs of views to make of them. */
export type ViewsOrder =
  | { readonly kind: 'open'; readonly source: DataSource }
  | ({ readonly kind: 'draw' } & PairOrder);

/** The images that were read. */
export interface OpenedImages {
  readonly name: string;
  readonly count: number;
  /** Side, pixels; views have the same. */
  readonly size: number;
  readonly recipe: RecipeId;
  /** Fewer images were read than the data set may have. */
  readonly limited: boolean;
}

export interface DrawnView {
  readonly parameters: ViewParameters;
  /** u8 [size, size, 3]. */
  readonly pixels: Uint8Array<ArrayBuffer>;
}

/** An image with its two views, as training makes them. */
export interface ViewPair {
  readonly order: PairOrder;
  /** Name of its class; null where nobody labelled the images. */
  readonly label: string | null;
  /** u8 [size, size, 3]. */
  readonly original: Uint8Array<ArrayBuffer>;
  readonly views: readonly [DrawnView, DrawnView];
}

/** Views worker → page. */
export type ViewsNews =
  /** Bytes read of bytes to read; total 0 when unknown. */
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'opened'; readonly images: OpenedImages }
  | { readonly kind: 'pair'; readonly pair: ViewPair }
  | { readonly kind: 'failed'; readonly message: string };

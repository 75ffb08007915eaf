import type { RecipeId } from '../../data/images/recipe.ts';
import type { PairOrder, ViewPair } from './viewsProtocol.ts';

/** One image, and the draw of its two views. */
export interface ImageOrder extends Omit<PairOrder, 'index'> {
  readonly image: {
    /** u8 [size, size, 3]. */
    readonly pixels: Uint8Array<ArrayBuffer>;
    /** Side, pixels. */
    readonly size: number;
    readonly recipe: RecipeId;
  };
}

/** Page → worker: an order with the number by which its answer is told apart. */
export interface NumberedOrder extends ImageOrder {
  readonly id: number;
}

/** Worker → page. */
export type ImageAnswer =
  | { readonly id: number; readonly views: ViewPair['views'] }
  | { readonly id: number; readonly fault: string };

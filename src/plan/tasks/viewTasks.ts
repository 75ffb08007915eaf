import type { Normalisation } from '../../data/images/recipe.ts';
import type { Span } from '../memory.ts';

// What the network sees of images.

/** Makes the views of a batch (method §6) with the bytes of PIL, and normalises them. */
export interface ViewsTask {
  /** `packBytes` of u8 [count, S, S, 3]. */
  readonly images: Span;
  /** `packViews` for this step. */
  readonly records: Span;
  /** The network's input: bordered map [views, S + 2·border, S + 2·border, 3] in quads, overwritten. */
  readonly y: Span;
  /** S, side of the images and of the views, pixels. */
  readonly size: number;
  readonly border: number;
  /** Records, one for each view. */
  readonly views: number;
  readonly normalisation: Normalisation;
}

/** All images normalised, without augmentation; border and fourth channel of `y` are 0. */
export interface EvaluationInputTask {
  /** `packBytes` of u8 [count, S, S, 3]. */
  readonly images: Span;
  readonly y: Span;
  readonly size: number;
  readonly border: number;
  readonly count: number;
  readonly normalisation: Normalisation;
}

import type { Normalisation } from '../../../data/images/recipe.ts';
import { type Dispatch, dispatch, groups, kernel, type Span } from '../kernel.ts';
import colour from './viewColour.wgsl?raw';
import colours from './viewColours.wgsl?raw';
import input from './viewInput.wgsl?raw';
import rows from './viewRows.wgsl?raw';

/**
 * Invocations that share one view. Many views keep a GPU busy, and software adapters pay for each at a
 * barrier.
 */
const GROUP = 64;

/** Images on the GPU, and how views are made of them. */
export interface Views {
  /** `packBytes` of u8 [count, S, S, 3]. */
  readonly images: Span;
  /** `packViews` for this step. */
  readonly records: Span;
  /** `viewTables(size)`. */
  readonly tables: Span;
  /** `viewScratch(size, views)` words, of any contents. */
  readonly scratch: Span;
  /** The network's input: bordered map [views, S + 2·border, S + 2·border, 3] in quads, overwritten. */
  readonly y: Span;
  /** S, side of the images and of the views, pixels. */
  readonly size: number;
  readonly border: number;
  /** Records, two for each image of the batch. */
  readonly views: number;
  readonly normalisation: Normalisation;
  readonly of?: string;
}

/** Words that `viewsDispatches` works in: two planes of pixels for each view. */
export function viewScratch(size: number, views: number): number {
  return views * 2 * size * size;
}

/**
 * Makes the views of a batch (method §6) with the bytes of PIL, and normalises them. The order is crop and
 * resize, jitter and grayscale, then the rest. Every slot of `y` is written; its border and fourth channel
 * are 0.
 */
export function viewsDispatches(task: Views): Dispatch[] {
  const { images, records, tables, scratch, y, size, border, views, normalisation, of = '' } = task;
  return [
    dispatch({
      kernel: kernel('viewRows', rows),
      of,
      shape: { size },
      buffers: [images, records, tables, scratch],
      workgroups: [groups(size * size), views, 1],
    }),
    dispatch({
      kernel: kernel('viewColours', `${colour}\n${colours}`, { GROUP }),
      of,
      shape: { size, zero: 0 },
      buffers: [records, tables, scratch],
      workgroups: [views, 1, 1],
    }),
    dispatch({
      kernel: kernel('viewInput', input, { GROUP }),
      of,
      shape: { size, border, ...scaleAndShift(normalisation) },
      buffers: [records, scratch, y],
      workgroups: [views, 1, 1],
    }),
  ];
}

/** (byte / 255 − mean) / std as byte · scale + shift, per channel. */
export function scaleAndShift({ mean, std }: Normalisation): { scale: number[]; shift: number[] } {
  return {
    scale: std.map((deviation) => 1 / (255 * deviation)),
    shift: mean.map((center, channel) => -center / std[channel]!),
  };
}

import type { Normalisation } from '../data/images/recipe.ts';
import type { Call } from './kernels.ts';

// The network's input from the bytes of images, as calls of kernels. Addresses are bytes.

/** The network's input: a bordered map [images, S + 2·border, S + 2·border, 3] in quads. */
interface InputMap {
  /** Overwritten; border and fourth channel are 0. */
  readonly y: number;
  /** S, side of the images and of the views, pixels. */
  readonly size: number;
  readonly border: number;
  readonly normalisation: Normalisation;
}

/** Images in memory, and how views are made of them. */
export interface Views extends InputMap {
  /** Bytes of images [count, S, S, 3]. */
  readonly images: number;
  /** Records of the views: 16 words each, of WebGPU's packViews. */
  readonly records: number;
  /** WebGPU's viewTables of S. */
  readonly tables: number;
  /** `viewBytes`, of any contents. */
  readonly scratch: number;
  /** Records, one for each image of each pass. */
  readonly views: number;
}

/** Bytes that `viewCalls` works in: two planes of pixels for each view, in words. */
export function viewBytes(size: number, views: number): number {
  return 8 * size ** 2 * views;
}

/**
 * Makes the views of a batch (method §6) with the bytes of PIL, and normalises them: crop and resize, jitter
 * and grayscale, blur, solarize, flip.
 */
export function viewCalls({
  images,
  records,
  tables,
  scratch,
  y,
  size,
  border,
  views,
  ...rest
}: Views): Call[] {
  return [
    {
      kernel: 'views',
      units: views,
      numbers: [images, records, tables, scratch, y, size, border, ...scaleAndShift(rest.normalisation)],
    },
  ];
}

export interface EvaluationInput extends InputMap {
  /** Bytes of images [count, S, S, 3]. */
  readonly images: number;
  /** The first image, and the one behind the last. */
  readonly from: number;
  readonly to: number;
}

/** Images [from, to) normalised, without augmentation. */
export function evaluationCalls(task: EvaluationInput): Call[] {
  const { images, y, size, border, from, to, normalisation } = task;
  return [
    {
      kernel: 'evaluationInput',
      units: to - from,
      numbers: [images + 3 * size ** 2 * from, y, size, border, ...scaleAndShift(normalisation)],
    },
  ];
}

/** (byte / 255 − mean) / std as byte · scale + shift: the scales of the channels, then their shifts. */
function scaleAndShift({ mean, std }: Normalisation): number[] {
  return [
    ...std.map((deviation) => 1 / (255 * deviation)),
    ...mean.map((center, channel) => -center / std[channel]!),
  ];
}

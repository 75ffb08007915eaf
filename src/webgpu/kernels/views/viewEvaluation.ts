import type { Normalisation } from '../../../data/images/recipe.ts';
import { type Dispatch, dispatch, groups, kernel, type Span } from '../kernel.ts';
import source from './viewEvaluation.wgsl?raw';
import { scaleAndShift } from './views.ts';

export interface EvaluationInput {
  /** `packBytes` of u8 [count, S, S, 3]. */
  readonly images: Span;
  /** The network's input: bordered map [to − from, S + 2·border, S + 2·border, 3] in quads, overwritten. */
  readonly y: Span;
  /** S, side of the images, pixels. */
  readonly size: number;
  readonly border: number;
  /** The first image, and the one behind the last. */
  readonly from: number;
  readonly to: number;
  readonly normalisation: Normalisation;
  readonly of?: string;
}

/** Images [from, to) normalised, without augmentation; border and fourth channel of `y` are 0. */
export function evaluationInput(input: EvaluationInput): Dispatch {
  const { images, y, size, border, from, to, normalisation, of = '' } = input;
  return dispatch({
    kernel: kernel('viewEvaluation', source),
    of,
    shape: { size, border, first: from, ...scaleAndShift(normalisation) },
    buffers: [images, y],
    workgroups: [groups((size + 2 * border) ** 2), to - from, 1],
  });
}

import { quads } from '../../../plan/maps.ts';
import type { PairTerms } from '../../../plan/tasks/lossTasks.ts';
import { type Dispatch, dispatch, kernel, type Span } from '../kernel.ts';
import { columnGroups } from '../norm/columnLanes.ts';
import lanes from '../norm/columnLanes.wgsl?raw';
import type { ShapeValues } from '../shape.ts';
import { STEP_STRUCT } from '../stepStruct.ts';
import pairTerms from './pairTerms.wgsl?raw';
import source from './termGradients.wgsl?raw';

const NONE = 0xffffffff;

/** The terms of each pair as pairTerms.wgsl has them in a shape. */
export function pairShapes(pairs: readonly PairTerms[]): ShapeValues[] {
  return pairs.map(({ own, distillation }) => ({
    own,
    distillation: distillation?.term ?? NONE,
    teacher: distillation?.teacher ?? 0,
  }));
}

/** Weighs the gradients of the pairs' own terms, and adds those of their distillations. */
export function termGradients(task: {
  readonly pairs: readonly PairTerms[];
  /** Embeddings of all passes, [2 · pairs · n, d]. */
  readonly z: Span;
  /** As z: gradients of the own terms; becomes that of the loss. */
  readonly dz: Span;
  /**
   * pairs · 4 · quads(d) floats, overwritten with each column's squared distance to the teacher. null without
   * a teacher.
   */
  readonly distances: Span | null;
  /** Gradient of a distillation per distance. */
  readonly slope: number;
  readonly step: Span;
  readonly n: number;
  readonly d: number;
}): Dispatch {
  const { pairs, z, dz, distances, slope, step, n, d } = task;
  const [x] = columnGroups(d);
  return dispatch({
    kernel: kernel('termGradients', STEP_STRUCT + lanes + pairTerms + source, {
      PAIRS: pairs.length,
      DISTIL: Number(distances !== null),
    }),
    of: 'loss',
    shape: { rows: 2 * n, quads: quads(d), slope, pairs: pairShapes(pairs) },
    buffers: [step, dz, ...(distances ? [z, distances] : [])],
    workgroups: [x, pairs.length, 1],
  });
}

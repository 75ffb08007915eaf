import { quads } from '../../../plan/maps.ts';
import { type Dispatch, dispatch, kernel, type Span } from '../kernel.ts';
import { columnGroups } from './columnLanes.ts';
import lanes from './columnLanes.wgsl?raw';
import type { NormRows } from './rowNorm.ts';
import source from './rowNormGradient.wgsl?raw';

export interface RowNormGradient extends NormRows {
  readonly dy: Span;
  /** Input and output of rowNorm; the output is bound only if a ReLU follows. */
  readonly x: Span;
  readonly y: Span;
  readonly dx: Span;
  /** γ, then β, each in quads. */
  readonly affine: Span;
  /** From rowNorm. */
  readonly moments: Span;
  /** Gradient of `affine` over all passes, overwritten. */
  readonly gradient: Span;
  readonly of?: string;
}

/** Gradients of a BatchNorm over rows, mean and variance as functions of x (method/batchNorm.ts). */
export function rowNormGradient(task: RowNormGradient): Dispatch {
  const { dy, x, y, dx, affine, moments, gradient, rows, passes, firstPass = 0, channels, relu } = task;
  return dispatch({
    kernel: kernel('rowNormGradient', lanes + source, { RELU: Number(relu) }),
    of: task.of ?? '',
    shape: { rows, passes, firstRow: firstPass * rows, quads: quads(channels) },
    buffers: [dy, x, dx, affine, moments, gradient, ...(relu ? [y] : [])],
    workgroups: columnGroups(channels),
  });
}

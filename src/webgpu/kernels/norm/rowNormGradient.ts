import { type Dispatch, dispatch, kernel, quads, type Slice } from '../kernel.ts';
import lanes from './columnLanes.wgsl?raw';
import { columnGroups } from './columnSums.ts';
import type { NormRows } from './rowNorm.ts';
import source from './rowNormGradient.wgsl?raw';

export interface RowNormGradient extends NormRows {
  readonly dy: Slice;
  /** Input and output of rowNorm; the output is bound only if a ReLU follows. */
  readonly x: Slice;
  readonly y: Slice;
  readonly dx: Slice;
  /** γ, then β, each in quads. */
  readonly affine: Slice;
  /** From rowNorm. */
  readonly moments: Slice;
  /** Gradient of `affine` over all passes, overwritten. */
  readonly gradient: Slice;
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

import { quads } from '../../../plan/maps.ts';
import { type Dispatch, dispatch, kernel, type Span } from '../kernel.ts';
import { columnGroups } from './columnLanes.ts';
import lanes from './columnLanes.wgsl?raw';
import source from './rowNorm.wgsl?raw';

/**
 * The rows of a matrix [passes · rows, channels] that a BatchNorm sees: those of passes that follow each
 * other.
 */
export interface NormRows {
  /** N, rows of one pass. */
  readonly rows: number;
  /** Passes with statistics of their own. */
  readonly passes: number;
  /** The first of them; 0 unless told. Rows of passes before and after are left alone. */
  readonly firstPass?: number;
  readonly channels: number;
  /** Whether a ReLU follows. */
  readonly relu: boolean;
}

export interface RowNorm extends NormRows {
  readonly x: Span;
  /** Makes x as input · W, [rows of x, inputs] · [inputs, channels]; x is given unless told. */
  readonly linear?: { readonly input: Span; readonly w: Span; readonly inputs: number } | undefined;
  readonly y: Span;
  /** γ, then β, each in quads. */
  readonly affine: Span;
  /** Running mean, then variance, each in quads; moved in place. */
  readonly running: Span;
  /** `momentsSize` floats for the gradient, overwritten: [pass][mean, 1/σ]. */
  readonly moments: Span;
  readonly of?: string;
}

/**
 * BatchNorm over rows in training. The batch's biased variance normalises, with ε 1e-5. The running
 * statistics move once per pass, in order, towards the mean and the unbiased variance, with momentum .1
 * (method §2).
 */
export function rowNorm(norm: RowNorm): Dispatch {
  const { x, y, affine, running, moments, rows, passes, firstPass = 0, channels, of = '' } = norm;
  const { relu, linear } = norm;
  return dispatch({
    kernel: kernel('rowNorm', lanes + source, {
      RELU: Number(relu),
      LINEAR: Number(linear !== undefined),
    }),
    of,
    shape: {
      rows,
      passes,
      firstRow: firstPass * rows,
      quads: quads(channels),
      unbiased: rows / Math.max(rows - 1, 1),
      ...(linear && { inQuads: quads(linear.inputs) }),
    },
    buffers: [x, y, affine, running, moments, ...(linear ? [linear.input, linear.w] : [])],
    workgroups: columnGroups(channels),
  });
}

import type { LinearShape } from '../layout.ts';
import { quads } from '../maps.ts';
import type { Span } from '../memory.ts';
import type { Of } from './of.ts';

// Operations on matrices.

/** Floats of the moments of a BatchNorm over rows. */
export function momentsSize(channels: number, passes: number): number {
  return passes * 2 * 4 * quads(channels);
}

/** Rows of matrices that a linear layer sees: the same of its input and its output. */
interface LinearRows extends LinearShape, Of {
  readonly rows: number;
  /** First row of every matrix; 0 unless told. */
  readonly firstRow?: number;
}

/** y = x · W + bias. */
export interface LinearTask extends LinearRows {
  readonly x: Span;
  readonly w: Span;
  readonly bias?: Span;
  readonly y: Span;
}

/** Gradients of W, of the bias and of x. What is not asked for is not computed. */
export interface LinearGradientTask extends LinearRows {
  readonly x: Span;
  readonly w: Span;
  readonly dy: Span;
  readonly dw: Span;
  readonly dBias?: Span;
  readonly dx: Span;
}

/** A BatchNorm over the rows of passes that follow each other, in training. */
export interface RowNormRows extends Of {
  /** N, rows of one pass. */
  readonly rows: number;
  /** Passes with statistics of their own. */
  readonly passes: number;
  /** The first of them. Rows of passes before and after are left alone. */
  readonly firstPass: number;
  readonly channels: number;
  /** γ, then β, each in quads. */
  readonly affine: Span;
  /** `momentsSize` floats. */
  readonly moments: Span;
}

/** relu(BN(x)) over rows. The running statistics move once per pass, in order. */
export interface RowNormTask extends RowNormRows {
  readonly x: Span;
  readonly y: Span;
  /** Running mean, then variance, each in quads; moved in place. */
  readonly running: Span;
}

export interface RowNormGradientTask extends RowNormRows {
  readonly dy: Span;
  /** Input and output of rowNorm. */
  readonly x: Span;
  readonly y: Span;
  readonly dx: Span;
  /** Gradient of `affine` over all passes, overwritten. */
  readonly gradient: Span;
}

import { quads } from '../plan/maps.ts';
import {
  type Convolution,
  convolution,
  type FilterGradient,
  filterGradient,
  inputGradient,
  turnedBytes,
  turnedFilters,
} from './convolution.ts';
import type { Call } from './kernels.ts';
import type { NormPlaces } from './mapNorm.ts';
import type { MapAt } from './maps.ts';

// Layers over matrices [rows, columns in whole quads], as calls of kernels. Addresses are bytes.

/** A matrix in memory. */
export interface MatrixAt {
  readonly at: number;
  readonly rows: number;
  readonly columns: number;
}

/** Bytes of a matrix. */
export function matrixBytes({ rows, columns }: Omit<MatrixAt, 'at'>): number {
  return rows * 16 * quads(columns);
}

/** The rows of a matrix from `first` on. */
export function rowsOf(matrix: MatrixAt, first: number, rows: number): MatrixAt {
  return { ...matrix, rows, at: matrix.at + matrixBytes({ ...matrix, rows: first }) };
}

/** Rows are the pixels of one image: a linear layer is a convolution with a window of one pixel. */
export function pixelsOf({ at, rows, columns }: MatrixAt): MapAt {
  return { at, images: 1, height: 1, width: rows, channels: columns, border: 0 };
}

export const ONE_PIXEL = { kernel: 1, stride: 1, padding: 0 } as const;

/** y = x · W + bias; W lies as a filter of kernel 1 does. */
export function linear({
  x,
  y,
  ...others
}: Pick<Convolution, 'w' | 'bias' | 'add'> & { readonly x: MatrixAt; readonly y: MatrixAt }): Call {
  return convolution({ ...ONE_PIXEL, ...others, x: pixelsOf(x), y: pixelsOf(y) });
}

/** Gradient of W. */
export function linearGradient({
  x,
  dy,
  dw,
}: Pick<FilterGradient, 'dw'> & { readonly x: MatrixAt; readonly dy: MatrixAt }): Call {
  return filterGradient({ ...ONE_PIXEL, x: pixelsOf(x), dy: pixelsOf(dy), dw });
}

/** Bytes of Wᵀ of a layer. */
export function transposedBytes(inputs: number, outputs: number): number {
  return turnedBytes(ONE_PIXEL, { inputs, outputs });
}

/** dx = dy · Wᵀ, which is written to `transposed` first. */
export function linearInputGradient({
  dy,
  w,
  transposed,
  dx,
}: {
  readonly dy: MatrixAt;
  readonly w: number;
  readonly transposed: number;
  readonly dx: MatrixAt;
}): Call[] {
  const filter = { inputs: dx.columns, outputs: dy.columns };
  return [
    ...turnedFilters(ONE_PIXEL, filter, w, transposed),
    ...inputGradient({ ...ONE_PIXEL, dy: pixelsOf(dy), turned: transposed, dx: pixelsOf(dx) }),
  ];
}

/** Sums of the columns, [columns]: the gradient of a bias. */
export function columnSums(x: MatrixAt, y: number): Call {
  return { kernel: 'columnSums', units: quads(x.columns), numbers: [x.at, y, x.rows, quads(x.columns)] };
}

export interface RowNorm extends NormPlaces {
  /** Rows of one pass. */
  readonly x: MatrixAt;
  readonly y: number;
  /** `rowMomentsBytes` for the gradient, overwritten. */
  readonly moments: number;
  /** Whether a ReLU follows. */
  readonly relu: boolean;
}

/** Bytes of a pass's moments. */
export function rowMomentsBytes(columns: number): number {
  return 2 * 16 * quads(columns);
}

/** BatchNorm over the rows of one pass; the running statistics move once. */
export function rowNorm({ x, y, affine, running, moments, relu }: RowNorm): Call {
  return {
    kernel: 'rowNorm',
    units: quads(x.columns),
    numbers: [x.at, y, x.rows, quads(x.columns), affine, running, moments, Number(relu)],
  };
}

export interface RowNormGradient {
  readonly dy: number;
  /** Rows of one pass. */
  readonly x: MatrixAt;
  readonly dx: number;
  readonly affine: number;
  readonly moments: number;
  /** Gradient of γ with that of β behind it. */
  readonly gradient: number;
  /** Address of the output of the ReLU that follows. */
  readonly rectified?: number;
  /** Whether an earlier pass has the same BatchNorm. */
  readonly add?: boolean;
}

/** Gradients of `rowNorm`. */
export function rowNormGradient(task: RowNormGradient): Call {
  const { dy, x, dx, affine, moments, gradient, rectified = 0, add = false } = task;
  return {
    kernel: 'rowNormGradient',
    units: quads(x.columns),
    numbers: [dy, x.at, rectified, dx, x.rows, quads(x.columns), affine, moments, gradient, Number(add)],
  };
}

import { type MapShape, quads } from '../plan/maps.ts';
import type { Call } from './kernels.ts';
import {
  type FilterShape,
  filterBytes,
  imageBytes,
  type MapAt,
  octets,
  pixelAt,
  pixelBytes,
  rowBytes,
} from './maps.ts';

// Convolutions and their gradients as calls of kernels. A linear layer is a convolution of kernel 1 over
// rows.

/** How the window of a convolution moves. */
export interface Window {
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
}

/** Gradients that are added to that of a block's input. */
interface Past {
  /** The gradient of the block's output, where that output is above 0. Both lie as dx does. */
  readonly skip?: { readonly gradient: number; readonly output: number };
  /** Gradient [images, channels] of the mean over pixels, for images [from, to). */
  readonly pool?: { readonly gradient: number; readonly from: number; readonly to: number };
}

export interface Convolution extends Window {
  /** Its border must be at least the padding. */
  readonly x: MapAt;
  /** The filter's address. */
  readonly w: number;
  readonly y: MapAt;
  /** Address of a vector [outputs] in whole quads. */
  readonly bias?: number;
  /** Whether to add to what y holds. */
  readonly add?: boolean;
}

export interface InputGradient extends Window, Past {
  /** Gradient of the output. Its border of zeros must reach as far as the window from any pixel of dx. */
  readonly dy: MapAt;
  /** Address of the filters that `turnedFilters` wrote. */
  readonly turned: number;
  readonly dx: MapAt;
  /** Whether to add to what dx holds. */
  readonly add?: boolean;
}

export interface FilterGradient extends Window {
  readonly x: MapAt;
  readonly dy: MapAt;
  /** Address of the filter's gradient. */
  readonly dw: number;
}

/** Bytes of x that an octet of outputs is computed for before the next: they stay near the core meanwhile. */
const NEAR = 65_536;

/** Side of the output along an axis of `side` pixels. */
export function outputSide(side: number, { kernel, stride, padding }: Window): number {
  return Math.floor((side + 2 * padding - kernel) / stride) + 1;
}

/** y = w ∗ x + bias. */
export function convolution({ x, w, y, bias = 0, add = false, ...window }: Convolution): Call {
  const { stride, padding, kernel } = window;
  checkSides(x, y, window);
  checkBorder(x, window);
  return convolve({
    x,
    first: pixelAt(x, -padding, -padding),
    stride,
    w,
    rows: kernel,
    columns: kernel,
    y,
    firstOfY: pixelAt(y, 0, 0),
    height: y.height,
    width: y.width,
    strideOfY: 1,
    bias,
    add,
  });
}

/** What the pixels of dx with one parity of row and column see of the window; with stride 1 there is one. */
interface Parity {
  readonly row: number;
  readonly column: number;
  /** The last tap that they see, along rows and columns, and how many. Taps are a stride apart. */
  readonly lastRow: number;
  readonly lastColumn: number;
  readonly rows: number;
  readonly columns: number;
  /** Address of their filter, from the first one. */
  readonly offset: number;
}

function paritiesOf(window: Window, filter: FilterShape): { parities: Parity[]; bytes: number } {
  const { kernel, stride, padding } = window;
  /** Along one axis. */
  const axis = (parity: number) => {
    const first = (parity + padding) % stride;
    const count = Math.max(0, Math.ceil((kernel - first) / stride));
    return { count, last: first + (count - 1) * stride };
  };
  const perTap = filterBytes({ kernel: 1, inputs: filter.outputs, outputs: filter.inputs });
  const parities: Parity[] = [];
  let bytes = 0;
  for (let row = 0; row < stride; row++) {
    for (let column = 0; column < stride; column++) {
      const [down, across] = [axis(row), axis(column)];
      const taps = down.count * across.count;
      parities.push({
        ...{ row, column, offset: bytes, lastRow: down.last, lastColumn: across.last },
        ...(taps === 0 ? { rows: 0, columns: 0 } : { rows: down.count, columns: across.count }),
      });
      bytes += taps * perTap;
    }
  }
  return { parities, bytes };
}

/** Bytes of the filters of an input's gradient. */
export function turnedBytes(window: Window, filter: Omit<FilterShape, 'kernel'>): number {
  return paritiesOf(window, { ...filter, kernel: window.kernel }).bytes;
}

/** Writes the filters of an input's gradient from the filter at `w`. */
export function turnedFilters(
  window: Window,
  { inputs, outputs }: Omit<FilterShape, 'kernel'>,
  w: number,
  turned: number,
): Call[] {
  const { kernel, stride } = window;
  return paritiesOf(window, { kernel, inputs, outputs })
    .parities.filter(({ rows }) => rows > 0)
    .map(({ offset, lastRow, lastColumn, rows, columns }) => ({
      kernel: 'turnedFilter',
      units: octets(inputs),
      numbers: [
        ...[w, turned + offset, 4 * quads(inputs), 4 * quads(outputs)],
        ...[kernel, stride, lastRow, lastColumn, rows, columns],
      ],
    }));
}

/** dx of dy: one call for each parity of rows and columns. */
export function inputGradient(task: InputGradient): Call[] {
  const { dy, turned, dx, add = false, skip, pool, ...window } = task;
  checkSides(dx, dy, window);
  const { stride, padding } = window;
  const filter = { kernel: window.kernel, inputs: dx.channels, outputs: dy.channels };
  const calls: Call[] = [];
  for (const parity of paritiesOf(window, filter).parities) {
    const { row, column, lastRow, lastColumn, rows, columns, offset } = parity;
    const height = Math.ceil((dx.height - row) / stride);
    const width = Math.ceil((dx.width - column) / stride);
    if (height === 0 || width === 0 || (add && rows === 0)) continue;
    // Where the window of the first of these pixels begins in dy, and how far the last one's reaches.
    const [top, left] = [(row + padding - lastRow) / stride, (column + padding - lastColumn) / stride];
    const reach = Math.max(
      -top,
      -left,
      top + height + rows - 1 - dy.height,
      left + width + columns - 1 - dy.width,
    );
    if (rows > 0 && reach > dy.border)
      throw new Error(`input gradient: the border of dy must be at least ${reach}, got ${dy.border}`);
    calls.push(
      convolve({
        x: dy,
        first: rows > 0 ? pixelAt(dy, top, left) : dy.at,
        stride: 1,
        w: turned + offset,
        rows,
        columns,
        y: dx,
        firstOfY: pixelAt(dx, row, column),
        height,
        width,
        strideOfY: stride,
        add,
        ...(skip ? { skip } : {}),
        ...(pool ? { pool } : {}),
      }),
    );
  }
  return calls;
}

/** dw of x and dy. */
export function filterGradient({ x, dy, dw, ...window }: FilterGradient): Call {
  const { kernel, stride, padding } = window;
  checkSides(x, dy, window);
  if (x.border < padding)
    throw new Error(`filter gradient: the border must hold the padding ${padding}, got ${x.border}`);
  const run = kernel * 4 * quads(x.channels);
  const perRow = stride * rowBytes(x) + rowBytes(dy);
  return {
    kernel: 'filterGradient',
    units: (octets(dy.channels) * kernel * run) / 4,
    numbers: [
      ...[pixelAt(x, -padding, -padding), pixelAt(dy, 0, 0), dw, dy.images, dy.height, dy.width],
      ...[kernel, run, rowBytes(x), stride * pixelBytes(x), stride * rowBytes(x), imageBytes(x)],
      ...[quads(dy.channels), pixelBytes(dy), rowBytes(dy), imageBytes(dy)],
      Math.max(1, Math.round(NEAR / perRow)),
    ],
  };
}

/** What the kernel `convolution` takes, in pixels. */
interface Convolved extends Past {
  readonly x: MapShape;
  /** Address of the first tap of the first pixel. */
  readonly first: number;
  /** Pixels of x from one pixel of y to the next. */
  readonly stride: number;
  readonly w: number;
  /** Of the window. */
  readonly rows: number;
  readonly columns: number;
  readonly y: MapAt;
  readonly firstOfY: number;
  /** Pixels of y that are computed, `strideOfY` apart. */
  readonly height: number;
  readonly width: number;
  readonly strideOfY: number;
  readonly bias?: number;
  readonly add?: boolean;
}

function convolve(task: Convolved): Call {
  const { x, first, stride, w, rows, columns, y, firstOfY, height, width, strideOfY, skip, pool } = task;
  const { bias = 0, add = false } = task;
  /** Moves an address within y to the same place of another map that lies as y does. */
  const placed = (at: number) => at + firstOfY - y.at;
  return {
    kernel: 'convolution',
    units: y.images * height * width,
    numbers: [
      ...[first, w, firstOfY, height, width],
      ...[rows, columns * 4 * quads(x.channels), rowBytes(x)],
      ...[stride * pixelBytes(x), stride * rowBytes(x), imageBytes(x)],
      ...[quads(y.channels), strideOfY * pixelBytes(y), strideOfY * rowBytes(y), imageBytes(y)],
      ...[blockOf(x, stride), bias, Number(add)],
      ...(skip ? [placed(skip.gradient), placed(skip.output)] : [0, 0]),
      ...(pool ? [pool.gradient, pool.from, pool.to, 1 / (y.height * y.width)] : [0, 0, 0, 0]),
    ],
  };
}

/** Pixels that an octet of outputs is computed for before the next, a multiple of 4. */
export function blockOf(x: MapShape, stride: number): number {
  return 4 * Math.max(1, Math.ceil(NEAR / (stride ** 2 * pixelBytes(x)) / 4));
}

/** @throws Error when the border of a convolution's input is narrower than its padding */
export function checkBorder({ border }: MapShape, { padding }: Window): void {
  if (border < padding)
    throw new Error(`convolution: the border must hold the padding ${padding}, got ${border}`);
}

/** @throws Error when a convolution's output has other sides than its input and window give */
export function checkSides(x: MapShape, y: MapShape, window: Window): void {
  const sides = [outputSide(x.height, window), outputSide(x.width, window)];
  if (x.images !== y.images || sides[0] !== y.height || sides[1] !== y.width)
    throw new Error(
      `convolution: the output must be ${[x.images, ...sides].join(' × ')}, got ${[y.images, y.height, y.width].join(' × ')}`,
    );
}

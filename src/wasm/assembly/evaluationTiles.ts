// Register tiles of convolutions in evaluation: 4 pixels × 8 output channels (an octet), or 6 pixels × 4
// where no more are left; 8 pixels were slower. A tile lies in one image, so that an image's gates hold for
// the whole of it. A pixel's sum has the same order whatever the tile: rows of the window, its columns,
// channels; what is left out of it would be added as 0. Inner loops are short, as in convolution.ts.

import { storeHigh, storeLow } from './afterSum';
import { multiplyAdd } from './multiplyAdd';

const QUAD: i32 = 16;
const OCTET: i32 = 32;

// The layer of the kernel that is at work, and where the walks over the pixels of an image are. Each thread
// has its own.
let inputs: i32 = 0;
let kernel: i32 = 0;
let width: i32 = 0;
let line: i32 = 0;
let stepX: i32 = 0;
let rowX: i32 = 0;
let pixelY: i32 = 0;
let rowY: i32 = 0;
let rowSkip: i32 = 0;
let columnX: i32 = 0;
let columnY: i32 = 0;
let atX: usize = 0;
let atY: usize = 0;
let atSkip: usize = 0;

/**
 * Takes the layer of the next pixels.
 * @param side of the window; channels of x; columns of an image of y; quads of its channels; others as in
 * inference.ts
 */
export function takeLayer(
  side: i32,
  channels: i32,
  columns: i32,
  windowLine: i32,
  step: i32,
  nextRow: i32,
  quads: i32,
  nextRowY: i32,
  nextRowSkip: i32,
): void {
  kernel = side;
  inputs = channels;
  width = columns;
  line = windowLine;
  stepX = step;
  rowX = nextRow;
  pixelY = quads * QUAD;
  rowY = nextRowY;
  rowSkip = nextRowSkip;
}

/** Begins both walks at a pixel of an image. */
@inline
function begin(pixel: i32, x: usize, y: usize, skip: usize): void {
  const row = pixel / width;
  columnX = pixel - row * width;
  columnY = columnX;
  atX = x + <usize>(row * rowX + columnX * stepX);
  atY = y + <usize>(row * rowY + columnX * pixelY);
  atSkip = skip + <usize>(row * rowSkip + columnX * pixelY);
}

/** Where the next pixel's window is. Behind the last pixel it is that of the last. */
@inline
function nextX(more: bool): usize {
  if (more) {
    atX += stepX;
    if (++columnX == width) {
      columnX = 0;
      atX += rowX - width * stepX;
    }
  }
  return atX;
}

@inline
function nextY(): void {
  atY += pixelY;
  atSkip += pixelY;
  if (++columnY == width) {
    columnY = 0;
    atY += rowY - width * pixelY;
    atSkip += rowSkip - width * pixelY;
  }
}

@inline
function storeOctet(there: bool, low: v128, high: v128): void {
  if (!there) return;
  storeLow(atY, low, atSkip);
  storeHigh(atY, high, atSkip);
  nextY();
}

@inline
function storeQuad(there: bool, sum: v128): void {
  if (!there) return;
  storeLow(atY, sum, atSkip);
  nextY();
}

/**
 * Computes pixels [from, to) of an image for eight outputs.
 * @param x the first tap of the image's first pixel; y the first of the outputs there; skip likewise
 * @param filter of the octet; bias of the outputs, or 0
 * @param list where the weights of the channels lie that x holds one after the other, bytes from those of
 * channel 0, up to `end`; or 0: x holds all
 */
export function octetPixels(
  from: i32,
  to: i32,
  x: usize,
  filter: usize,
  bias: usize,
  y: usize,
  skip: usize,
  list: usize,
  end: usize,
): void {
  const inPitch = ((inputs + 3) >> 2) * QUAD;
  const channels = list ? <i32>((end - list) >> 2) : inputs;
  // Where x holds whole quads, a row of the window is one run. What fills up a quad is not computed.
  const whole = !list && channels * 4 == inPitch;
  const taps = whole ? 1 : kernel;
  const rows = channels == 0 ? 0 : kernel;
  const run = (whole ? kernel * channels : channels) * 4;
  const nextTap = whole ? 0 : inPitch - run;
  const nextLine = line - kernel * inPitch;
  const zero = f32x4.splat(0);
  const low = bias ? v128.load(bias) : zero;
  const high = bias ? v128.load(bias, QUAD) : zero;
  begin(from, x, y, skip);
  for (let pixel = from; pixel < to; pixel += 4) {
    const count = to - pixel;
    let x0 = atX;
    let x1 = nextX(count > 1);
    let x2 = nextX(count > 2);
    let x3 = nextX(count > 3);
    nextX(count > 4);
    let low0 = low;
    let low1 = low;
    let low2 = low;
    let low3 = low;
    let high0 = high;
    let high1 = high;
    let high2 = high;
    let high3 = high;
    let weights = filter;
    for (let r = 0; r < rows; r++) {
      for (let tap = 0; tap < taps; tap++) {
        if (list) {
          for (let at = list; at != end; at += 4) {
            const place: usize = weights + load<u32>(at);
            const w0 = v128.load(place);
            const w1 = v128.load(place, QUAD);
            const v0 = v128.load32_splat(x0);
            const v1 = v128.load32_splat(x1);
            const v2 = v128.load32_splat(x2);
            const v3 = v128.load32_splat(x3);
            low0 = multiplyAdd(v0, w0, low0);
            low1 = multiplyAdd(v1, w0, low1);
            low2 = multiplyAdd(v2, w0, low2);
            low3 = multiplyAdd(v3, w0, low3);
            high0 = multiplyAdd(v0, w1, high0);
            high1 = multiplyAdd(v1, w1, high1);
            high2 = multiplyAdd(v2, w1, high2);
            high3 = multiplyAdd(v3, w1, high3);
            x0 += 4;
            x1 += 4;
            x2 += 4;
            x3 += 4;
          }
          weights += <usize>(inPitch * 8);
        } else {
          const stop: usize = weights + <usize>(8 * run);
          do {
            const w0 = v128.load(weights);
            const w1 = v128.load(weights, QUAD);
            const v0 = v128.load32_splat(x0);
            const v1 = v128.load32_splat(x1);
            const v2 = v128.load32_splat(x2);
            const v3 = v128.load32_splat(x3);
            low0 = multiplyAdd(v0, w0, low0);
            low1 = multiplyAdd(v1, w0, low1);
            low2 = multiplyAdd(v2, w0, low2);
            low3 = multiplyAdd(v3, w0, low3);
            high0 = multiplyAdd(v0, w1, high0);
            high1 = multiplyAdd(v1, w1, high1);
            high2 = multiplyAdd(v2, w1, high2);
            high3 = multiplyAdd(v3, w1, high3);
            x0 += 4;
            x1 += 4;
            x2 += 4;
            x3 += 4;
            weights += OCTET;
          } while (weights != stop);
          weights += <usize>(nextTap * 8);
        }
        x0 += nextTap;
        x1 += nextTap;
        x2 += nextTap;
        x3 += nextTap;
      }
      x0 += nextLine;
      x1 += nextLine;
      x2 += nextLine;
      x3 += nextLine;
    }
    storeOctet(true, low0, high0);
    storeOctet(count > 1, low1, high1);
    storeOctet(count > 2, low2, high2);
    storeOctet(count > 3, low3, high3);
  }
}

/** Computes pixels [from, to) of an image for four outputs, as `octetPixels`: the first ones of an octet. */
export function quadPixels(
  from: i32,
  to: i32,
  x: usize,
  filter: usize,
  bias: usize,
  y: usize,
  skip: usize,
  list: usize,
  end: usize,
): void {
  const inPitch = ((inputs + 3) >> 2) * QUAD;
  const channels = list ? <i32>((end - list) >> 2) : inputs;
  const whole = !list && channels * 4 == inPitch;
  const taps = whole ? 1 : kernel;
  const rows = channels == 0 ? 0 : kernel;
  const run = (whole ? kernel * channels : channels) * 4;
  const nextTap = whole ? 0 : inPitch - run;
  const nextLine = line - kernel * inPitch;
  const first = bias ? v128.load(bias) : f32x4.splat(0);
  begin(from, x, y, skip);
  for (let pixel = from; pixel < to; pixel += 6) {
    const count = to - pixel;
    let x0 = atX;
    let x1 = nextX(count > 1);
    let x2 = nextX(count > 2);
    let x3 = nextX(count > 3);
    let x4 = nextX(count > 4);
    let x5 = nextX(count > 5);
    nextX(count > 6);
    let sum0 = first;
    let sum1 = first;
    let sum2 = first;
    let sum3 = first;
    let sum4 = first;
    let sum5 = first;
    let weights = filter;
    for (let r = 0; r < rows; r++) {
      for (let tap = 0; tap < taps; tap++) {
        if (list) {
          for (let at = list; at != end; at += 4) {
            const w = v128.load(weights + load<u32>(at));
            sum0 = multiplyAdd(v128.load32_splat(x0), w, sum0);
            sum1 = multiplyAdd(v128.load32_splat(x1), w, sum1);
            sum2 = multiplyAdd(v128.load32_splat(x2), w, sum2);
            sum3 = multiplyAdd(v128.load32_splat(x3), w, sum3);
            sum4 = multiplyAdd(v128.load32_splat(x4), w, sum4);
            sum5 = multiplyAdd(v128.load32_splat(x5), w, sum5);
            x0 += 4;
            x1 += 4;
            x2 += 4;
            x3 += 4;
            x4 += 4;
            x5 += 4;
          }
          weights += <usize>(inPitch * 8);
        } else {
          const stop: usize = weights + <usize>(8 * run);
          do {
            const w = v128.load(weights);
            sum0 = multiplyAdd(v128.load32_splat(x0), w, sum0);
            sum1 = multiplyAdd(v128.load32_splat(x1), w, sum1);
            sum2 = multiplyAdd(v128.load32_splat(x2), w, sum2);
            sum3 = multiplyAdd(v128.load32_splat(x3), w, sum3);
            sum4 = multiplyAdd(v128.load32_splat(x4), w, sum4);
            sum5 = multiplyAdd(v128.load32_splat(x5), w, sum5);
            x0 += 4;
            x1 += 4;
            x2 += 4;
            x3 += 4;
            x4 += 4;
            x5 += 4;
            weights += OCTET;
          } while (weights != stop);
          weights += <usize>(nextTap * 8);
        }
        x0 += nextTap;
        x1 += nextTap;
        x2 += nextTap;
        x3 += nextTap;
        x4 += nextTap;
        x5 += nextTap;
      }
      x0 += nextLine;
      x1 += nextLine;
      x2 += nextLine;
      x3 += nextLine;
      x4 += nextLine;
      x5 += nextLine;
    }
    storeQuad(true, sum0);
    storeQuad(count > 1, sum1);
    storeQuad(count > 2, sum2);
    storeQuad(count > 3, sum3);
    storeQuad(count > 4, sum4);
    storeQuad(count > 5, sum5);
  }
}

// Convolution of bordered maps, by register tiles of 4 pixels × 8 output channels (an octet):
//   y[n, Y, X, o] = Σ x[n, Y·stride + ky, X·stride + kx, i] · w[ky, kx, i, o].
// Pixels of a row of the window lie one after the other in x, and so do their channels. So a row of the
// window is one run of floats, and so is its part of the filter: [octet][row of the window][run][8]. Whoever
// calls decides by steps and lines in bytes what is convolved: a forward pass with any stride, the gradient
// of an input, the pixels of one parity of a strided one, or the rows of a matrix, which are images of one
// pixel.
//
// The inner loop is one step of the run. It is short on purpose: compilers that move all loads of a block to
// its start would run out of registers in a longer one, or with a larger tile.
// A pixel's sum has the same order whatever the tile, so that any split into [from, to) gives the same bits.

import { multiplyAdd } from './multiplyAdd';
import { throughRelu } from './relu';
import { storeOrAdd } from './storeOrAdd';

const OCTET: i32 = 32;
/** Pixels of a tile. */
const TILE: i32 = 4;

// Where the walk over output pixels is.
let image: i32 = 0;
let row: i32 = 0;
let column: i32 = 0;
let atX: usize = 0;
let atY: usize = 0;

/**
 * Computes pixels [from, to) of y, counted over all images.
 * @param x its first tap of the first pixel; w the filter; y the first pixel
 * @param height rows of y in an image; width its columns
 * @param windowRows rows of the window; run floats of one of them, a multiple of 4; line bytes between them
 * @param stepX bytes of x from one pixel of y to the next; rowX to the next row; imageX to the next image
 * @param quads of y's channels; stepY, rowY, imageY as for x
 * @param block pixels, a multiple of 4, that one octet is computed for before the next
 * @param bias of the channels, or 0
 * @param add whether to add to what y holds
 * @param skip gradient that came past a block, laid out as y, or 0; it counts where `open`, laid out
 * as y too, is above 0
 * @param pool gradient [images][channels] of the mean of an image's pixels, or 0; it counts for images
 * [poolFrom, poolTo), each pixel gets `share` of it
 */
export function convolution(
  from: i32,
  to: i32,
  x: usize,
  w: usize,
  y: usize,
  height: i32,
  width: i32,
  windowRows: i32,
  run: i32,
  line: i32,
  stepX: i32,
  rowX: i32,
  imageX: i32,
  quads: i32,
  stepY: i32,
  rowY: i32,
  imageY: i32,
  block: i32,
  bias: usize,
  add: i32,
  skip: usize,
  open: usize,
  pool: usize,
  poolFrom: i32,
  poolTo: i32,
  share: f32,
): void {
  const perImage = height * width;
  const octets = (quads + 1) >> 1;
  const octetBytes = windowRows * run * OCTET;
  const nextLine = line - run * 4;
  const nextRowX = rowX - width * stepX;
  const nextRowY = rowY - width * stepY;
  const nextImageX = imageX - height * rowX;
  const nextImageY = imageY - height * rowY;
  const zero = f32x4.splat(0);
  for (let first = from; first < to; first += block) {
    const last = min(first + block, to);
    for (let octet = 0; octet < octets; octet++) {
      const half = 2 * octet + 1 == quads;
      const filter: usize = w + <usize>(octet * octetBytes);
      const low = bias ? v128.load(bias + <usize>(octet * OCTET)) : zero;
      const high = bias && !half ? v128.load(bias + <usize>(octet * OCTET), 16) : zero;
      image = first / perImage;
      row = (first - image * perImage) / width;
      column = first - image * perImage - row * width;
      atX = x + <usize>(image * imageX + row * rowX + column * stepX);
      atY = y + <usize>(image * imageY + row * rowY + column * stepY + octet * OCTET);
      for (let pixel = first; pixel < last; pixel += TILE) {
        const count = last - pixel;
        // Pixels beyond the last are computed as the last and not stored.
        let x0 = atX;
        const y0 = atY;
        const n0 = image;
        if (count > 1) advance(width, height, stepX, stepY, nextRowX, nextRowY, nextImageX, nextImageY);
        let x1 = atX;
        const y1 = atY;
        const n1 = image;
        if (count > 2) advance(width, height, stepX, stepY, nextRowX, nextRowY, nextImageX, nextImageY);
        let x2 = atX;
        const y2 = atY;
        const n2 = image;
        if (count > 3) advance(width, height, stepX, stepY, nextRowX, nextRowY, nextImageX, nextImageY);
        let x3 = atX;
        const y3 = atY;
        const n3 = image;
        if (count > 4) advance(width, height, stepX, stepY, nextRowX, nextRowY, nextImageX, nextImageY);

        let low0 = low;
        let low1 = low;
        let low2 = low;
        let low3 = low;
        let high0 = high;
        let high1 = high;
        let high2 = high;
        let high3 = high;
        let weights = filter;
        for (let r = 0; r < windowRows; r++) {
          const end: usize = weights + <usize>(run * OCTET);
          do {
            const w0 = v128.load(weights);
            const w1 = v128.load(weights, 16);
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
          } while (weights != end);
          x0 += nextLine;
          x1 += nextLine;
          x2 += nextLine;
          x3 += nextLine;
        }

        if (pool) {
          const gradient: usize = pool + <usize>(octet * OCTET);
          const pitch = quads * 16;
          if (n0 >= poolFrom && n0 < poolTo) {
            low0 = pooled(low0, gradient + <usize>(n0 * pitch), share);
            if (!half) high0 = pooled(high0, gradient + <usize>(n0 * pitch + 16), share);
          }
          if (n1 >= poolFrom && n1 < poolTo) {
            low1 = pooled(low1, gradient + <usize>(n1 * pitch), share);
            if (!half) high1 = pooled(high1, gradient + <usize>(n1 * pitch + 16), share);
          }
          if (n2 >= poolFrom && n2 < poolTo) {
            low2 = pooled(low2, gradient + <usize>(n2 * pitch), share);
            if (!half) high2 = pooled(high2, gradient + <usize>(n2 * pitch + 16), share);
          }
          if (n3 >= poolFrom && n3 < poolTo) {
            low3 = pooled(low3, gradient + <usize>(n3 * pitch), share);
            if (!half) high3 = pooled(high3, gradient + <usize>(n3 * pitch + 16), share);
          }
        }
        if (skip) {
          const past = skip - y;
          const gate = open - y;
          low0 = passed(low0, y0 + past, y0 + gate);
          low1 = passed(low1, y1 + past, y1 + gate);
          low2 = passed(low2, y2 + past, y2 + gate);
          low3 = passed(low3, y3 + past, y3 + gate);
          if (!half) {
            high0 = passed(high0, y0 + past + 16, y0 + gate + 16);
            high1 = passed(high1, y1 + past + 16, y1 + gate + 16);
            high2 = passed(high2, y2 + past + 16, y2 + gate + 16);
            high3 = passed(high3, y3 + past + 16, y3 + gate + 16);
          }
        }
        storeOrAdd(y0, low0, add);
        if (count > 1) storeOrAdd(y1, low1, add);
        if (count > 2) storeOrAdd(y2, low2, add);
        if (count > 3) storeOrAdd(y3, low3, add);
        if (!half) {
          storeOrAdd(y0 + 16, high0, add);
          if (count > 1) storeOrAdd(y1 + 16, high1, add);
          if (count > 2) storeOrAdd(y2 + 16, high2, add);
          if (count > 3) storeOrAdd(y3 + 16, high3, add);
        }
      }
    }
  }
}

/** Goes on to the next pixel, row or image. */
@inline
function advance(
  width: i32,
  height: i32,
  stepX: i32,
  stepY: i32,
  nextRowX: i32,
  nextRowY: i32,
  nextImageX: i32,
  nextImageY: i32,
): void {
  atX += stepX;
  atY += stepY;
  if (++column == width) {
    column = 0;
    atX += nextRowX;
    atY += nextRowY;
    if (++row == height) {
      row = 0;
      image++;
      atX += nextImageX;
      atY += nextImageY;
    }
  }
}

/** value + share · gradient. */
@inline
function pooled(value: v128, gradient: usize, share: f32): v128 {
  return f32x4.add(value, f32x4.mul(f32x4.splat(share), v128.load(gradient)));
}

/** value + gradient where open > 0. */
@inline
function passed(value: v128, gradient: usize, open: usize): v128 {
  return f32x4.add(value, throughRelu(gradient, open));
}

// Gradient of a convolution's filter:
//   dw[ky, kx, i, o] = Σ x[n, Y·stride + ky, X·stride + kx, i] · dy[n, Y, X, o].
// A tile is four floats of a row of the window × one octet of outputs, kept in eight registers while pixels
// pass by. dw lies as the filter does, [octet][row of the window][run][8], so that a tile is one piece of it.
// Tiles are what is split: all sums of a tile run over all pixels in one order.

import { multiplyAdd } from './multiplyAdd';
import { storeOrAdd } from './storeOrAdd';

const OCTET: i32 = 32;

/**
 * Computes tiles [from, to) of dw, counted over octets, then rows of the window, then fours of its run.
 * @param x its first tap of the first pixel of dy; dy the first pixel; dw the filter's gradient
 * @param images of dy, with height rows and width columns
 * @param windowRows, run, line, stepX, rowX, imageX as in `convolution`
 * @param quads of dy's channels; stepY, rowY, imageY as for x
 * @param block rows of dy that pass by all tiles before the next ones do
 */
export function filterGradient(
  from: i32,
  to: i32,
  x: usize,
  dy: usize,
  dw: usize,
  images: i32,
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
): void {
  const rows = images * height;
  const perRow = run >> 2;
  const perOctet = windowRows * perRow;
  const nextImageX = imageX - height * rowX;
  const nextImageY = imageY - height * rowY;
  const zero = f32x4.splat(0);
  for (let first = 0; first < rows; first += block) {
    const last = min(first + block, rows);
    for (let tile = from; tile < to; tile++) {
      const octet = tile / perOctet;
      const r = (tile - octet * perOctet) / perRow;
      const part = tile - octet * perOctet - r * perRow;
      const startX: usize = x + <usize>(r * line + part * 16);
      const startY: usize = dy + <usize>(octet * OCTET);
      const image = first / height;
      let row = first - image * height;
      let rowAtX: usize = startX + <usize>(image * imageX + row * rowX);
      let rowAtY: usize = startY + <usize>(image * imageY + row * rowY);
      let low0 = zero;
      let low1 = zero;
      let low2 = zero;
      let low3 = zero;
      let high0 = zero;
      let high1 = zero;
      let high2 = zero;
      let high3 = zero;
      for (let counted = first; counted < last; counted++) {
        let atX = rowAtX;
        let atY = rowAtY;
        const end: usize = atY + <usize>(width * stepY);
        do {
          const d0 = v128.load(atY);
          const d1 = v128.load(atY, 16);
          const v0 = v128.load32_splat(atX);
          const v1 = v128.load32_splat(atX, 4);
          const v2 = v128.load32_splat(atX, 8);
          const v3 = v128.load32_splat(atX, 12);
          low0 = multiplyAdd(v0, d0, low0);
          low1 = multiplyAdd(v1, d0, low1);
          low2 = multiplyAdd(v2, d0, low2);
          low3 = multiplyAdd(v3, d0, low3);
          high0 = multiplyAdd(v0, d1, high0);
          high1 = multiplyAdd(v1, d1, high1);
          high2 = multiplyAdd(v2, d1, high2);
          high3 = multiplyAdd(v3, d1, high3);
          atX += stepX;
          atY += stepY;
        } while (atY != end);
        rowAtX += rowX;
        rowAtY += rowY;
        if (++row == height) {
          row = 0;
          rowAtX += nextImageX;
          rowAtY += nextImageY;
        }
      }
      // Outputs that only fill the last octet have a gradient of zero, whatever was read for them.
      const half = 2 * octet + 1 == quads;
      const at: usize = dw + <usize>(tile * 4 * OCTET);
      const add = i32(first > 0);
      storeOctet(at, low0, half ? zero : high0, add);
      storeOctet(at + 32, low1, half ? zero : high1, add);
      storeOctet(at + 64, low2, half ? zero : high2, add);
      storeOctet(at + 96, low3, half ? zero : high3, add);
    }
  }
}

/** One float of the run for a whole octet of outputs. */
@inline
function storeOctet(at: usize, low: v128, high: v128, add: i32): void {
  storeOrAdd(at, low, add);
  storeOrAdd(at + 16, high, add);
}

// Pooling, and its gradients. Rows and images of bordered maps lie rowX and imageX bytes apart.

import { clearBorder } from './borders';

const QUAD: i32 = 16;
const LEAST: f32 = -3.4e38;

/** Means over the pixels of images [from, to): x, its first pixel, → y [images][quads]. */
export function globalPool(
  from: i32,
  to: i32,
  x: usize,
  y: usize,
  height: i32,
  width: i32,
  quads: i32,
  rowX: i32,
  imageX: i32,
): void {
  const pixel = quads * QUAD;
  const share = f32x4.splat(<f32>(1 / (<f64>height * <f64>width)));
  for (let image = from; image < to; image++) {
    for (let at: usize = 0; at < <usize>pixel; at += QUAD) {
      let sum = f32x4.splat(0);
      for (let row = 0; row < height; row++) {
        let place: usize = x + <usize>(image * imageX + row * rowX) + at;
        let along = f32x4.splat(0);
        for (const end: usize = place + <usize>(width * pixel); place < end; place += pixel)
          along = f32x4.add(along, v128.load(place));
        sum = f32x4.add(sum, along);
      }
      v128.store(y + <usize>(image * pixel) + at, f32x4.mul(sum, share));
    }
  }
}

/** The gradient of `globalPool`: every pixel of y, a bordered map, gets its share of x [images][quads]. */
export function spread(
  from: i32,
  to: i32,
  x: usize,
  y: usize,
  height: i32,
  width: i32,
  quads: i32,
  rowY: i32,
  imageY: i32,
): void {
  const pixel = quads * QUAD;
  const share = f32x4.splat(<f32>(1 / (<f64>height * <f64>width)));
  for (let image = from; image < to; image++) {
    for (let at: usize = 0; at < <usize>pixel; at += QUAD) {
      const value = f32x4.mul(v128.load(x + <usize>(image * pixel) + at), share);
      for (let row = 0; row < height; row++) {
        let place: usize = y + <usize>(image * imageY + row * rowY) + at;
        for (const end: usize = place + <usize>(width * pixel); place < end; place += pixel)
          v128.store(place, value);
      }
    }
  }
}

/**
 * Max-pool 3 × 3, stride 2, padding 1, of images [from, to): x with a border of one pixel → y with one, of
 * height rows and width columns. `taps` [images][height][width][quads] gets the place, 0 to 8, of each
 * window's first maximum.
 */
export function maxPool(
  from: i32,
  to: i32,
  x: usize,
  y: usize,
  taps: usize,
  inHeight: i32,
  inWidth: i32,
  height: i32,
  width: i32,
  quads: i32,
): void {
  const pixel = quads * QUAD;
  const rowX = (inWidth + 2) * pixel;
  const rowY = (width + 2) * pixel;
  for (let image = from; image < to; image++) {
    const imageX: usize = x + <usize>(image * (inHeight + 2) * rowX);
    const imageY: usize = y + <usize>(image * (height + 2) * rowY);
    clearBorder(imageY, height, rowY, 1, pixel);
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        for (let at: usize = 0; at < <usize>pixel; at += QUAD) {
          let best = f32x4.splat(LEAST);
          let place = i32x4.splat(0);
          for (let tap = 0; tap < 9; tap++) {
            // The window of output row r begins at row 2r − 1 of the map, which is 2r of the bordered one.
            const r = 2 * row + tap / 3;
            const c = 2 * column + (tap % 3);
            if (r == 0 || c == 0 || r > inHeight || c > inWidth) continue;
            const value = v128.load(imageX + <usize>(r * rowX + c * pixel) + at);
            const more = f32x4.gt(value, best);
            best = v128.bitselect(value, best, more);
            place = v128.bitselect(i32x4.splat(tap), place, more);
          }
          v128.store(imageY + <usize>((row + 1) * rowY + (column + 1) * pixel) + at, best);
          v128.store(taps + <usize>(((image * height + row) * width + column) * pixel) + at, place);
        }
      }
    }
  }
}

/**
 * The gradient of `maxPool`, images [from, to) of dx: every pixel adds up the gradients of the windows in
 * which it was the first maximum. dy and dx are the addresses of their first pixels.
 */
export function maxPoolGradient(
  from: i32,
  to: i32,
  dy: usize,
  taps: usize,
  dx: usize,
  inHeight: i32,
  inWidth: i32,
  height: i32,
  width: i32,
  quads: i32,
  rowY: i32,
  imageY: i32,
  rowX: i32,
  imageX: i32,
): void {
  const pixel = quads * QUAD;
  for (let image = from; image < to; image++) {
    for (let row = 0; row < inHeight; row++) {
      for (let column = 0; column < inWidth; column++) {
        for (let at: usize = 0; at < <usize>pixel; at += QUAD) {
          let sum = f32x4.splat(0);
          for (let tap = 0; tap < 9; tap++) {
            // This pixel is the tap of the window at ((row + 1 − ky) / 2, (column + 1 − kx) / 2), if whole.
            const r = row + 1 - tap / 3;
            const c = column + 1 - (tap % 3);
            if (r < 0 || c < 0 || (r | c) & 1 || r >> 1 >= height || c >> 1 >= width) continue;
            const was = v128.load(taps + <usize>(((image * height + (r >> 1)) * width + (c >> 1)) * pixel) + at);
            const gradient = v128.load(dy + <usize>(image * imageY + (r >> 1) * rowY + (c >> 1) * pixel) + at);
            sum = f32x4.add(sum, v128.and(gradient, i32x4.eq(was, i32x4.splat(tap))));
          }
          v128.store(dx + <usize>(image * imageX + row * rowX + column * pixel) + at, sum);
        }
      }
    }
  }
}

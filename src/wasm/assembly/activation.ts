// What follows a convolution: y = relu(scale · x + shift + skip) · gate, as a bordered map.

import { clearBorder } from './borders';
import { multiplyAdd } from './multiplyAdd';

const QUAD: i32 = 16;

/**
 * Computes images [from, to) of y.
 * @param x [images][height][width][quads] without a border; y with a border of `border` pixels
 * @param norm of each pass, [pass][scale, shift, mean, 1/σ][quads]; images `perPass` a pass
 * @param gates [images][quads], or 0 for none
 * @param skip what is added before the ReLU, or 0 for nothing: a map bordered as y, or, with a skipNorm like
 * `norm`, a convolution's output laid out as x
 */
export function activation(
  from: i32,
  to: i32,
  x: usize,
  y: usize,
  height: i32,
  width: i32,
  quads: i32,
  border: i32,
  norm: usize,
  perPass: i32,
  gates: usize,
  skip: usize,
  skipNorm: usize,
): void {
  const pixel = quads * QUAD;
  const rowX = width * pixel;
  const rowY = (width + 2 * border) * pixel;
  const imageY = (height + 2 * border) * rowY;
  const inset = border * (rowY + pixel);
  const one = f32x4.splat(1);
  for (let image = from; image < to; image++) {
    clearBorder(y + <usize>(image * imageY), height, rowY, border, pixel);
    const table = (image / perPass) * 4 * pixel;
    for (let row = 0; row < height; row++) {
      const startX: usize = (image * height + row) * rowX;
      const startY: usize = image * imageY + inset + row * rowY;
      for (let at: usize = 0; at < <usize>pixel; at += QUAD) {
        const scale = v128.load(norm + table + at);
        const shift = v128.load(norm + table + pixel + at);
        const gate = gates ? v128.load(gates + image * pixel + at) : one;
        const source: usize = x + startX + at;
        const target: usize = y + startY + at;
        if (!skip) plain(source, target, rowX, pixel, scale, shift, gate);
        else if (!skipNorm) passed(source, target, skip + startY + at, rowX, pixel, scale, shift);
        else {
          const skipScale = v128.load(skipNorm + table + at);
          const both = f32x4.add(shift, v128.load(skipNorm + table + pixel + at));
          joined(source, target, skip + startX + at, rowX, pixel, scale, both, skipScale);
        }
      }
    }
  }
}

/** One row of one quad, without a skip. */
@inline
function plain(x: usize, y: usize, bytes: i32, pixel: i32, scale: v128, shift: v128, gate: v128): void {
  const zero = f32x4.splat(0);
  for (const end: usize = x + bytes; x < end; x += pixel) {
    v128.store(y, f32x4.mul(f32x4.pmax(multiplyAdd(v128.load(x), scale, shift), zero), gate));
    y += pixel;
  }
}

/** One row of one quad, with a map that is added as it is. */
@inline
function passed(x: usize, y: usize, skip: usize, bytes: i32, pixel: i32, scale: v128, shift: v128): void {
  const zero = f32x4.splat(0);
  for (const end: usize = x + bytes; x < end; x += pixel) {
    v128.store(y, f32x4.pmax(f32x4.add(multiplyAdd(v128.load(x), scale, shift), v128.load(skip)), zero));
    y += pixel;
    skip += pixel;
  }
}

/** One row of one quad, with a map that has a norm of its own. `shift` is the sum of both shifts. */
@inline
function joined(
  x: usize,
  y: usize,
  skip: usize,
  bytes: i32,
  pixel: i32,
  scale: v128,
  shift: v128,
  skipScale: v128,
): void {
  const zero = f32x4.splat(0);
  for (const end: usize = x + bytes; x < end; x += pixel) {
    const past = multiplyAdd(v128.load(skip), skipScale, shift);
    v128.store(y, f32x4.pmax(multiplyAdd(v128.load(x), scale, past), zero));
    y += pixel;
    skip += pixel;
  }
}

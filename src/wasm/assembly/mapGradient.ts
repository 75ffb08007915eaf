// Backward through a ReLU into the BatchNorm before it. u is the gradient that the ReLU let through. The ReLU
// of a block's end is judged by the bordered map that it wrote; the inner one, after bn1, by the BatchNorm's
// own output, and its gradient passes a gate first. x and x2 are convolutions' outputs, without a border; the
// gradient lies as the block's output does. A shortcut's BatchNorm, that of x2, shares u.

import { clearBorder } from './borders';
import { multiplyAdd } from './multiplyAdd';
import { throughRelu } from './relu';
import { storeOrAdd } from './storeOrAdd';
import { sumRows, sumWeighted } from './sums';

const QUAD: i32 = 16;

/**
 * Sums of images [from, to), [image][Σ u, Σ u · (x − mean), third][quads]. The third is Σ u · (x2 − mean2)
 * where there is an x2; of an inner ReLU, Σ gradient · relu(scale · x + shift), the gate's gradient.
 * @param border of the gradient, and of the output
 * @param norm, norm2 [pass][scale, shift, mean, 1/σ][quads]
 * @param output of the ReLU, or 0 for an inner one; x2, norm2 or 0
 */
export function mapGradientSums(
  from: i32,
  to: i32,
  gradient: usize,
  border: i32,
  x: usize,
  height: i32,
  width: i32,
  quads: i32,
  norm: usize,
  perPass: i32,
  output: usize,
  x2: usize,
  norm2: usize,
  sums: usize,
): void {
  const pixel = quads * QUAD;
  const pitch = (width + 2 * border) * pixel;
  const zero = f32x4.splat(0);
  for (let image = from; image < to; image++) {
    const table = (image / perPass) * 4 * pixel;
    const start = (image * (height + 2 * border) + border) * pitch + border * pixel;
    for (let at: usize = 0; at < <usize>pixel; at += QUAD) {
      const scale = v128.load(norm + table + at);
      const shift = v128.load(norm + table + pixel + at);
      const mean = v128.load(norm + table + 2 * pixel + at);
      const mean2 = x2 ? v128.load(norm2 + table + 2 * pixel + at) : zero;
      let plain = zero;
      let product = zero;
      let third = zero;
      for (let row = 0; row < height; row++) {
        let g = <usize>(start + row * pitch) + at;
        let v = <usize>((image * height + row) * width * pixel) + at;
        const end: usize = v + <usize>(width * pixel);
        if (!output) {
          for (; v < end; v += pixel) {
            const d = v128.load(gradient + g);
            const value = v128.load(x + v);
            const activated = f32x4.pmax(multiplyAdd(value, scale, shift), zero);
            const u = v128.and(d, f32x4.gt(activated, zero));
            plain = f32x4.add(plain, u);
            product = multiplyAdd(u, f32x4.sub(value, mean), product);
            third = multiplyAdd(d, activated, third);
            g += pixel;
          }
        } else if (!x2) {
          for (; v < end; v += pixel) {
            const u = throughRelu(gradient + g, output + g);
            plain = f32x4.add(plain, u);
            product = multiplyAdd(u, f32x4.sub(v128.load(x + v), mean), product);
            g += pixel;
          }
        } else {
          for (; v < end; v += pixel) {
            const u = throughRelu(gradient + g, output + g);
            plain = f32x4.add(plain, u);
            product = multiplyAdd(u, f32x4.sub(v128.load(x + v), mean), product);
            third = multiplyAdd(u, f32x4.sub(v128.load(x2 + v), mean2), third);
            g += pixel;
          }
        }
      }
      const leave: usize = sums + <usize>(3 * image * pixel) + at;
      v128.store(leave, plain);
      v128.store(leave + pixel, product);
      v128.store(leave + 2 * pixel, third);
    }
  }
}

/**
 * The gradients of γ and β of one pass, and the table [k, mean(u), slope, mean][quads] that `mapGradient`
 * reads: dx = k · (u − mean(u) − (x − mean) · slope). Quads [from, to).
 * @param sums of the pass's first image; which its product, 1 for x and 2 for x2
 * @param gates of the pass's first image, or 0; u was taken before them, and the third sums are copied to
 * gateGradient, laid out like them
 * @param affine gradients of γ, then β, added to where `add`: an earlier pass has the same BatchNorm
 */
export function normGradient(
  from: i32,
  to: i32,
  sums: usize,
  images: i32,
  pixels: i32,
  quads: i32,
  which: i32,
  norm: usize,
  gates: usize,
  gateGradient: usize,
  affine: usize,
  add: i32,
  table: usize,
): void {
  const pitch = quads * QUAD;
  const share = f32x4.splat(<f32>(1 / (<f64>images * <f64>pixels)));
  for (let quad = from; quad < to; quad++) {
    const at: usize = quad * QUAD;
    const first: usize = sums + at;
    const second: usize = first + <usize>(which * pitch);
    const plain = gates ? sumWeighted(first, gates + at, images, 3 * pitch, pitch) : sumRows(first, images, 3 * pitch);
    const product = gates
      ? sumWeighted(second, gates + at, images, 3 * pitch, pitch)
      : sumRows(second, images, 3 * pitch);
    if (gateGradient) {
      for (let image = 0; image < images; image++) {
        const third = v128.load(first + <usize>((3 * image + 2) * pitch));
        v128.store(gateGradient + at + <usize>(image * pitch), third);
      }
    }
    const inverse = v128.load(norm + 3 * pitch + at);
    const scaled = f32x4.mul(product, inverse);
    v128.store(table + at, v128.load(norm + at));
    v128.store(table + pitch + at, f32x4.mul(plain, share));
    v128.store(table + 2 * pitch + at, f32x4.mul(f32x4.mul(scaled, inverse), share));
    v128.store(table + 3 * pitch + at, v128.load(norm + 2 * pitch + at));
    storeOrAdd(affine + at, scaled, add);
    storeOrAdd(affine + pitch + at, plain, add);
  }
}

/**
 * The gradient of x, a map with a border of one pixel, images [from, to). Arguments as in
 * `mapGradientSums`; that of x2 takes its table.
 * @param table [pass][k, mean(u), slope, mean][quads]
 * @param norm of an inner ReLU, whose output is 0; gates [images][quads], or 0
 */
export function mapGradient(
  from: i32,
  to: i32,
  gradient: usize,
  border: i32,
  x: usize,
  height: i32,
  width: i32,
  quads: i32,
  table: usize,
  perPass: i32,
  norm: usize,
  gates: usize,
  output: usize,
  dx: usize,
): void {
  const pixel = quads * QUAD;
  const pitch = (width + 2 * border) * pixel;
  const pitchX = (width + 2) * pixel;
  const zero = f32x4.splat(0);
  for (let image = from; image < to; image++) {
    const terms = (image / perPass) * 4 * pixel;
    const start = (image * (height + 2 * border) + border) * pitch + border * pixel;
    const image0: usize = dx + <usize>(image * (height + 2) * pitchX);
    clearBorder(image0, height, pitchX, 1, pixel);
    for (let row = 0; row < height; row++) {
      for (let at: usize = 0; at < <usize>pixel; at += QUAD) {
        const k = v128.load(table + terms + at);
        const level = v128.load(table + terms + pixel + at);
        const slope = f32x4.neg(v128.load(table + terms + 2 * pixel + at));
        const mean = v128.load(table + terms + 3 * pixel + at);
        let g = <usize>(start + row * pitch) + at;
        let v = <usize>((image * height + row) * width * pixel) + at;
        let leave: usize = image0 + <usize>((row + 1) * pitchX + pixel) + at;
        const end: usize = v + <usize>(width * pixel);
        if (output) {
          for (; v < end; v += pixel) {
            const u = throughRelu(gradient + g, output + g);
            const centred = multiplyAdd(f32x4.sub(v128.load(x + v), mean), slope, f32x4.sub(u, level));
            v128.store(leave, f32x4.mul(k, centred));
            g += pixel;
            leave += pixel;
          }
        } else {
          const scale = v128.load(norm + terms + at);
          const shift = v128.load(norm + terms + pixel + at);
          const gate = gates ? v128.load(gates + image * pixel + at) : f32x4.splat(1);
          const below = f32x4.neg(level);
          for (; v < end; v += pixel) {
            const value = v128.load(x + v);
            const u = v128.and(v128.load(gradient + g), f32x4.gt(multiplyAdd(value, scale, shift), zero));
            const centred = multiplyAdd(f32x4.sub(value, mean), slope, multiplyAdd(u, gate, below));
            v128.store(leave, f32x4.mul(k, centred));
            g += pixel;
            leave += pixel;
          }
        }
      }
    }
  }
}

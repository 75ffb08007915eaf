// BatchNorm over the rows of one pass of a matrix [rows][quads], and sums of its columns. Whoever computes a
// quad computes the whole of its column, in the order of the rows.

import { inverseDeviation, move } from './mapNorm';
import { throughRelu } from './relu';
import { storeOrAdd } from './storeOrAdd';
import { sumDeviations, sumRows } from './sums';

const QUAD: i32 = 16;

/**
 * y = γ · (x − mean) / σ + β, with a ReLU where `relu`; quads [from, to).
 * @param affine γ, β; running mean, variance, moved once; moments mean, 1/σ, for the gradient; each [quads]
 */
export function rowNorm(
  from: i32,
  to: i32,
  x: usize,
  y: usize,
  rows: i32,
  quads: i32,
  affine: usize,
  running: usize,
  moments: usize,
  relu: i32,
): void {
  const pitch = quads * QUAD;
  const share = f32x4.splat(<f32>(1 / <f64>rows));
  const floor = f32x4.splat(relu ? 0 : -Infinity);
  for (let quad = from; quad < to; quad++) {
    const at: usize = quad * QUAD;
    const mean = f32x4.mul(sumRows(x + at, rows, pitch), share);
    const variance = f32x4.mul(sumDeviations(x + at, mean, rows, pitch), share);
    const inverse = inverseDeviation(variance);
    const scale = f32x4.mul(v128.load(affine + at), inverse);
    const shift = v128.load(affine + pitch + at);
    let place = at;
    for (let row = 0; row < rows; row++) {
      const centred = f32x4.sub(v128.load(x + place), mean);
      v128.store(y + place, f32x4.pmax(f32x4.add(f32x4.mul(scale, centred), shift), floor));
      place += pitch;
    }
    v128.store(moments + at, mean);
    v128.store(moments + pitch + at, inverse);
    move(running + at, mean);
    move(running + pitch + at, f32x4.mul(variance, f32x4.splat(<f32>rows / <f32>max(rows - 1, 1))));
  }
}

/**
 * dx = γ/σ · (u − mean(u) − x̂ · mean(u · x̂)), and the gradients of γ and β; quads [from, to).
 * @param y the output of a ReLU, whose gradient u is then dy where y > 0, or 0 for none
 * @param add whether an earlier pass has the same BatchNorm, to whose gradients these are added
 */
export function rowNormGradient(
  from: i32,
  to: i32,
  dy: usize,
  x: usize,
  y: usize,
  dx: usize,
  rows: i32,
  quads: i32,
  affine: usize,
  moments: usize,
  gradient: usize,
  add: i32,
): void {
  const pitch = quads * QUAD;
  const share = f32x4.splat(<f32>(1 / <f64>rows));
  const zero = f32x4.splat(0);
  for (let quad = from; quad < to; quad++) {
    const at: usize = quad * QUAD;
    const mean = v128.load(moments + at);
    const inverse = v128.load(moments + pitch + at);
    let plain = zero;
    let product = zero;
    let place = at;
    for (let row = 0; row < rows; row++) {
      const u = upstream(dy + place, y ? y + place : 0);
      plain = f32x4.add(plain, u);
      product = f32x4.add(product, f32x4.mul(u, f32x4.sub(v128.load(x + place), mean)));
      place += pitch;
    }
    product = f32x4.mul(product, inverse);
    const scale = f32x4.mul(v128.load(affine + at), inverse);
    const level = f32x4.mul(plain, share);
    const slope = f32x4.mul(f32x4.mul(product, inverse), share);
    place = at;
    for (let row = 0; row < rows; row++) {
      const u = upstream(dy + place, y ? y + place : 0);
      const along = f32x4.mul(f32x4.sub(v128.load(x + place), mean), slope);
      v128.store(dx + place, f32x4.mul(scale, f32x4.sub(f32x4.sub(u, level), along)));
      place += pitch;
    }
    storeOrAdd(gradient + at, product, add);
    storeOrAdd(gradient + pitch + at, plain, add);
  }
}

/** The gradient that a ReLU with output `y` lets through; all of it where y is 0. */
@inline
function upstream(dy: usize, y: usize): v128 {
  return y ? throughRelu(dy, y) : v128.load(dy);
}

/** y[quads] = Σ over rows of x, quads [from, to). */
export function columnSums(from: i32, to: i32, x: usize, y: usize, rows: i32, quads: i32): void {
  for (let quad = from; quad < to; quad++) {
    const at: usize = quad * QUAD;
    v128.store(y + at, sumRows(x + at, rows, quads * QUAD));
  }
}

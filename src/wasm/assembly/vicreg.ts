// VICReg (Bardes et al. 2022; conventions of Krishna et al.) of one pair of views, z [2 views][rows][quads],
// and its gradient. Products of matrices are those of linear layers; between them stand these kernels.

import { highDoubles, lowDoubles, sumDeviations, sumDoubles, sumLanes, sumRows } from './sums';

const QUAD: i32 = 16;
/** Keeps the gradient finite where a column is constant. */
const STD_EPSILON: f32 = 1e-4;

/**
 * Quads [from, to) of columns: the centred z of both views, the gradient dz of invariance and variance, and
 * their shares [quad][Σ hinge of view 1 and of view 2, Σ variance² of each; Σ (z1 − z2)², 0, 0, 0].
 * @param columns that count; others are zero in z
 * @param degrees rows − 1
 * @param invarianceSlope weight · 2 / (rows · columns); varianceSlope weight / (columns · degrees)
 * @param ownSlope of a column's own variance, to be taken off the products' gradient
 */
export function vicregColumns(
  from: i32,
  to: i32,
  z: usize,
  centred: usize,
  dz: usize,
  shares: usize,
  rows: i32,
  columns: i32,
  quads: i32,
  degrees: f32,
  invarianceSlope: f32,
  varianceSlope: f32,
  ownSlope: f32,
): void {
  const pitch = quads * QUAD;
  const view: usize = rows * pitch;
  const zero = f32x4.splat(0);
  const share = f32x4.splat(<f32>(1 / <f64>rows));
  const pull = f32x4.splat(invarianceSlope);
  for (let quad = from; quad < to; quad++) {
    const at: usize = quad * QUAD;
    const counts = i32x4.lt_s(i32x4.add(i32x4.splat(4 * quad), i32x4(0, 1, 2, 3)), i32x4.splat(columns));
    const leave: usize = shares + 2 * at;
    for (let side: usize = 0; side < 2; side++) {
      const start: usize = side * view + at;
      const mean = f32x4.mul(sumRows(z + start, rows, pitch), share);
      // The mean's rounding error, which matters for columns that hardly vary, is taken off by a second mean.
      let place = start;
      for (let row = 0; row < rows; row++) {
        v128.store(centred + place, f32x4.sub(v128.load(z + place), mean));
        place += pitch;
      }
      const rest = f32x4.mul(sumRows(centred + start, rows, pitch), share);
      const variance = f32x4.div(sumDeviations(centred + start, rest, rows, pitch), f32x4.splat(degrees));
      const deviation = f32x4.sqrt(f32x4.add(variance, f32x4.splat(STD_EPSILON)));
      const hinge = v128.and(f32x4.pmax(f32x4.sub(f32x4.splat(1), deviation), zero), counts);
      const slope = v128.and(f32x4.div(f32x4.splat(varianceSlope), deviation), f32x4.gt(hinge, zero));
      const inward = f32x4.add(slope, f32x4.mul(f32x4.splat(ownSlope), variance));
      store<f32>(leave + 4 * side, sumLanes(hinge));
      store<f32>(leave + 4 * side, sumLanes(f32x4.mul(variance, variance)), 8);
      place = start;
      for (let row = 0; row < rows; row++) {
        const value = f32x4.sub(v128.load(centred + place), rest);
        v128.store(centred + place, value);
        v128.store(dz + place, f32x4.neg(f32x4.mul(inward, value)));
        place += pitch;
      }
    }
    let apart = zero;
    let place = at;
    for (let row = 0; row < rows; row++) {
      const off = f32x4.sub(v128.load(z + place), v128.load(z + place + view));
      apart = f32x4.add(apart, f32x4.mul(off, off));
      const slope = f32x4.mul(pull, off);
      v128.store(dz + place, f32x4.add(v128.load(dz + place), slope));
      v128.store(dz + place + view, f32x4.sub(v128.load(dz + place + view), slope));
      place += pitch;
    }
    v128.store(leave, zero, QUAD);
    store<f32>(leave, sumLanes(apart), QUAD);
  }
}

/**
 * Units [from, to) of a product, each of `bytes`: scaled, their squares are added up in squares[unit], and
 * what is left there is the factor of the gradient's product, `slope` times as much.
 * @param diagonal whether the product are covariances, as octets of a filter: their diagonal, the variances,
 * becomes zero and does not count
 */
export function productSquares(
  from: i32,
  to: i32,
  products: usize,
  bytes: i32,
  diagonal: i32,
  scale: f32,
  slope: f32,
  squares: usize,
): void {
  const whole = f32x4.splat(scale);
  const factor = f32x4.splat(slope);
  for (let unit = from; unit < to; unit++) {
    const start: usize = products + <usize>(unit * bytes);
    if (diagonal) {
      for (let lane = 0; lane < 8; lane++) {
        const own = ((8 * unit + lane) * 8 + lane) * 4;
        if (own < bytes) store<f32>(start + <usize>own, 0);
      }
    }
    let low = f64x2.splat(0);
    let high = f64x2.splat(0);
    for (let at = start; at < start + <usize>bytes; at += QUAD) {
      const value = f32x4.mul(v128.load(at), whole);
      const first = lowDoubles(value);
      const second = highDoubles(value);
      low = f64x2.add(low, f64x2.mul(first, first));
      high = f64x2.add(high, f64x2.mul(second, second));
      v128.store(at, f32x4.mul(value, factor));
    }
    store<f64>(squares + <usize>(8 * unit), sumDoubles(low, high));
  }
}

/**
 * The terms of the pair: weighted total, invariance, variance, covariance; variance of view 1 and of view 2,
 * covariance of each. It is one unit of work.
 * @param sums of squares, per view
 * @param own 1 where the squares contain those of the variances, else 0
 */
export function vicregTerms(
  from: i32,
  to: i32,
  shares: usize,
  quads: i32,
  squares: usize,
  sums: i32,
  terms: usize,
  elements: f64,
  dimensions: f64,
  own: f64,
  invarianceWeight: f64,
  varianceWeight: f64,
  covarianceWeight: f64,
): void {
  // Lanes are views.
  let apart: f64 = 0;
  let hinges = f64x2.splat(0);
  let owns = f64x2.splat(0);
  for (let quad = 0; quad < quads; quad++) {
    const at: usize = shares + <usize>(2 * quad * QUAD);
    const share = v128.load(at);
    hinges = f64x2.add(hinges, lowDoubles(share));
    owns = f64x2.add(owns, highDoubles(share));
    apart += load<f32>(at, QUAD);
  }
  let products = f64x2.splat(0);
  for (let i = 0; i < sums; i++) {
    const at: usize = squares + <usize>(8 * i);
    products = f64x2.add(products, v128.load64_lane(at + <usize>(8 * sums), v128.load64_zero(at), 1));
  }
  const size = f64x2.splat(dimensions);
  const variances = f64x2.div(hinges, size);
  const covariances = f64x2.div(f64x2.sub(products, f64x2.mul(f64x2.splat(own), owns)), size);
  const invariance = apart / elements;
  const variance = sumViews(variances);
  const covariance = sumViews(covariances);
  const total = invarianceWeight * invariance + varianceWeight * variance + covarianceWeight * covariance;
  store<f32>(terms, <f32>total);
  store<f32>(terms, <f32>invariance, 4);
  store<f32>(terms, <f32>variance, 8);
  store<f32>(terms, <f32>covariance, 12);
  v128.store64_lane(terms, f32x4.demote_f64x2_zero(variances), 0, 16);
  v128.store64_lane(terms, f32x4.demote_f64x2_zero(covariances), 0, 24);
}

/** The sum of a term over both views. */
@inline
function sumViews(ofEach: v128): f64 {
  return f64x2.extract_lane(ofEach, 0) + f64x2.extract_lane(ofEach, 1);
}

/**
 * A matrix [rows][quads] as the filter of a linear layer, octets [from, to). Its rows are the layer's inputs,
 * or with `transposed` its outputs; what fills up is zero.
 */
export function matrixFilter(
  from: i32,
  to: i32,
  matrix: usize,
  filter: usize,
  rows: i32,
  columns: i32,
  transposed: i32,
): void {
  const pitch = ((columns + 3) & ~3) * 4;
  const inputs = ((transposed ? columns : rows) + 3) & ~3;
  for (let octet = from; octet < to; octet++) {
    let leave: usize = filter + <usize>(octet * inputs * 32);
    for (let input = 0; input < inputs; input++) {
      for (let lane = 0; lane < 8; lane++) {
        const output = 8 * octet + lane;
        const row = transposed ? output : input;
        const column = transposed ? input : output;
        const inside = row < rows && column < columns;
        store<f32>(leave, inside ? load<f32>(matrix + <usize>(row * pitch + column * 4)) : 0);
        leave += 4;
      }
    }
  }
}

// BatchNorm over maps x [N, P, C]: N images of P pixels, C channels (a multiple of 4). Pointers are byte
// offsets into the memory that tfjs's WASM backend computes in. Sums run in float32 within an image and in
// float64 over images.

/** Bytes of a float and of four. */
const FLOAT: usize = 4;
const QUAD: usize = 16;

/**
 * mean[C] and biased variance[C]: per image mean and squared deviations, merged over images (Chan's formula).
 */
export function moments(x: usize, n: i32, p: i32, c: i32, mean: usize, variance: usize): void {
  const pixel: usize = (<usize>c) * FLOAT;
  const image: usize = (<usize>p) * pixel;
  const inverse = f32x4.splat(1.0 / <f32>p);
  for (let offset: usize = 0; offset < pixel; offset += QUAD) {
    // Two lanes of float64 each: running mean and squared deviations of channels (0, 1) and (2, 3).
    let meanLow = f64x2.splat(0);
    let meanHigh = f64x2.splat(0);
    let squaresLow = f64x2.splat(0);
    let squaresHigh = f64x2.splat(0);
    for (let i = 0; i < n; i++) {
      const start = x + (<usize>i) * image + offset;
      const imageMean = f32x4.mul(sum(start, p, pixel), inverse);
      const deviations = squaredDeviations(start, p, pixel, imageMean);
      const share = f64x2.splat(1.0 / <f64>(i + 1));
      const spread = f64x2.splat((<f64>i * <f64>p) / <f64>(i + 1));
      const high = v128.shuffle<i32>(imageMean, imageMean, 2, 3, 2, 3);
      const highSquares = v128.shuffle<i32>(deviations, deviations, 2, 3, 2, 3);
      const deltaLow = f64x2.sub(f64x2.promote_low_f32x4(imageMean), meanLow);
      const deltaHigh = f64x2.sub(f64x2.promote_low_f32x4(high), meanHigh);
      squaresLow = f64x2.add(squaresLow, f64x2.add(f64x2.promote_low_f32x4(deviations), f64x2.mul(f64x2.mul(deltaLow, deltaLow), spread)));
      squaresHigh = f64x2.add(squaresHigh, f64x2.add(f64x2.promote_low_f32x4(highSquares), f64x2.mul(f64x2.mul(deltaHigh, deltaHigh), spread)));
      meanLow = f64x2.add(meanLow, f64x2.mul(deltaLow, share));
      meanHigh = f64x2.add(meanHigh, f64x2.mul(deltaHigh, share));
    }
    const count = f64x2.splat(1.0 / (<f64>n * <f64>p));
    storeDoubles(mean + offset, meanLow, meanHigh);
    storeDoubles(variance + offset, f64x2.mul(squaresLow, count), f64x2.mul(squaresHigh, count));
  }
}

/** y = x · scale + shift per channel, clamped at zero when `relu` is not 0. Not-a-number stays what it is. */
export function affine(x: usize, scale: usize, shift: usize, y: usize, rows: i32, c: i32, relu: i32): void {
  const pixel: usize = (<usize>c) * FLOAT;
  const floor = f32x4.splat(relu ? 0 : -f32.MAX_VALUE);
  for (let row = 0; row < rows; row++) {
    for (let offset: usize = 0; offset < pixel; offset += QUAD) {
      const value = f32x4.add(f32x4.mul(v128.load(x + offset), v128.load(scale + offset)), v128.load(shift + offset));
      v128.store(y + offset, f32x4.pmax(value, floor));
    }
    x += pixel;
    y += pixel;
  }
}

/** dBias[C] = Σ u and dWeight[C] = Σ u · (x − mean) / σ, u = dy where y > 0 (everywhere when `relu` is 0). */
export function sums(
  dy: usize,
  y: usize,
  x: usize,
  mean: usize,
  inverseStd: usize,
  n: i32,
  p: i32,
  c: i32,
  relu: i32,
  dWeight: usize,
  dBias: usize,
): void {
  const pixel: usize = (<usize>c) * FLOAT;
  const image: usize = (<usize>p) * pixel;
  const zero = f32x4.splat(0);
  for (let offset: usize = 0; offset < pixel; offset += QUAD) {
    const centre = v128.load(mean + offset);
    let biasLow = f64x2.splat(0);
    let biasHigh = f64x2.splat(0);
    let weightLow = f64x2.splat(0);
    let weightHigh = f64x2.splat(0);
    for (let i = 0; i < n; i++) {
      let at: usize = (<usize>i) * image + offset;
      let bias = zero;
      let weight = zero;
      for (let k = 0; k < p; k++) {
        let u = v128.load(dy + at);
        if (relu) u = v128.and(u, f32x4.gt(v128.load(y + at), zero));
        bias = f32x4.add(bias, u);
        weight = f32x4.add(weight, f32x4.mul(u, f32x4.sub(v128.load(x + at), centre)));
        at += pixel;
      }
      const biasTop = v128.shuffle<i32>(bias, bias, 2, 3, 2, 3);
      const weightTop = v128.shuffle<i32>(weight, weight, 2, 3, 2, 3);
      biasLow = f64x2.add(biasLow, f64x2.promote_low_f32x4(bias));
      biasHigh = f64x2.add(biasHigh, f64x2.promote_low_f32x4(biasTop));
      weightLow = f64x2.add(weightLow, f64x2.promote_low_f32x4(weight));
      weightHigh = f64x2.add(weightHigh, f64x2.promote_low_f32x4(weightTop));
    }
    storeDoubles(dBias + offset, biasLow, biasHigh);
    storeDoubles(dWeight + offset, weightLow, weightHigh);
    v128.store(dWeight + offset, f32x4.mul(v128.load(dWeight + offset), v128.load(inverseStd + offset)));
  }
}

/** dx = scale · u − a · x − b per channel, u as in `sums`. */
export function inputGradient(
  dy: usize,
  y: usize,
  x: usize,
  scale: usize,
  a: usize,
  b: usize,
  dx: usize,
  rows: i32,
  c: i32,
  relu: i32,
): void {
  const pixel: usize = (<usize>c) * FLOAT;
  const zero = f32x4.splat(0);
  for (let row = 0; row < rows; row++) {
    for (let offset: usize = 0; offset < pixel; offset += QUAD) {
      let u = v128.load(dy + offset);
      if (relu) u = v128.and(u, f32x4.gt(v128.load(y + offset), zero));
      const fixed = f32x4.add(f32x4.mul(v128.load(x + offset), v128.load(a + offset)), v128.load(b + offset));
      v128.store(dx + offset, f32x4.sub(f32x4.mul(u, v128.load(scale + offset)), fixed));
    }
    dy += pixel;
    y += pixel;
    x += pixel;
    dx += pixel;
  }
}

/** Σ over p pixels of four channels, `stride` bytes apart; two chains, for the latency of an addition. */
function sum(start: usize, p: i32, stride: usize): v128 {
  let even = f32x4.splat(0);
  let odd = f32x4.splat(0);
  let k = 0;
  for (; k + 1 < p; k += 2) {
    even = f32x4.add(even, v128.load(start));
    odd = f32x4.add(odd, v128.load(start + stride));
    start += 2 * stride;
  }
  if (k < p) even = f32x4.add(even, v128.load(start));
  return f32x4.add(even, odd);
}

/** Σ (x − mean)² over p pixels of four channels. */
function squaredDeviations(start: usize, p: i32, stride: usize, mean: v128): v128 {
  let even = f32x4.splat(0);
  let odd = f32x4.splat(0);
  let k = 0;
  for (; k + 1 < p; k += 2) {
    const first = f32x4.sub(v128.load(start), mean);
    const second = f32x4.sub(v128.load(start + stride), mean);
    even = f32x4.add(even, f32x4.mul(first, first));
    odd = f32x4.add(odd, f32x4.mul(second, second));
    start += 2 * stride;
  }
  if (k < p) {
    const last = f32x4.sub(v128.load(start), mean);
    even = f32x4.add(even, f32x4.mul(last, last));
  }
  return f32x4.add(even, odd);
}

/** Four float64, rounded to float32 at `to`. */
function storeDoubles(to: usize, low: v128, high: v128): void {
  const lowFloats = f32x4.demote_f64x2_zero(low);
  const highFloats = f32x4.demote_f64x2_zero(high);
  v128.store(to, v128.shuffle<i32>(lowFloats, highFloats, 0, 1, 4, 5));
}

// Sums in float64: those of few rows of quads are rounded once at their end.

/** Four sums over rows, `stride` bytes apart. */
export function sumRows(at: usize, rows: i32, stride: i32): v128 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let row = 0; row < rows; row++) {
    const value = v128.load(at);
    low = f64x2.add(low, lowDoubles(value));
    high = f64x2.add(high, highDoubles(value));
    at += stride;
  }
  return rounded(low, high);
}

/** Four sums over rows of value · weight. */
export function sumWeighted(at: usize, weights: usize, rows: i32, stride: i32, weightStride: i32): v128 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let row = 0; row < rows; row++) {
    const value = v128.load(at);
    const weight = v128.load(weights);
    low = f64x2.add(low, f64x2.mul(lowDoubles(value), lowDoubles(weight)));
    high = f64x2.add(high, f64x2.mul(highDoubles(value), highDoubles(weight)));
    at += stride;
    weights += weightStride;
  }
  return rounded(low, high);
}

/** Four sums over rows of (value − mean)². */
export function sumDeviations(at: usize, mean: v128, rows: i32, stride: i32): v128 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let row = 0; row < rows; row++) {
    const off = f32x4.sub(v128.load(at), mean);
    const offLow = lowDoubles(off);
    const offHigh = highDoubles(off);
    low = f64x2.add(low, f64x2.mul(offLow, offLow));
    high = f64x2.add(high, f64x2.mul(offHigh, offHigh));
    at += stride;
  }
  return rounded(low, high);
}

/** The sum of four doubles in two vectors, in pairs. */
@inline
export function sumDoubles(low: v128, high: v128): f64 {
  const sum = f64x2.add(low, high);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** The sum of a vector's four lanes, in pairs. */
@inline
export function sumLanes(value: v128): f32 {
  const pairs = f32x4.add(value, v128.shuffle<i32>(value, value, 2, 3, 0, 1));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/** The first two lanes of floats as doubles. */
@inline
export function lowDoubles(value: v128): v128 {
  return f64x2.promote_low_f32x4(value);
}

/** The last two lanes of floats as doubles. */
@inline
export function highDoubles(value: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i32>(value, value, 2, 3, 2, 3));
}

@inline
function rounded(low: v128, high: v128): v128 {
  return v128.shuffle<i32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
}

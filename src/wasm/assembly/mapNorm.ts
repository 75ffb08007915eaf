// Statistics of BatchNorm over maps x, [images][pixels][quads] without a border. Each image has sums of its
// own, in float32; they are added over the images of a pass in float64, in the order of the images. So any
// split gives the same bits. The norm of a pass is [scale, shift, mean, 1/σ][quads].

import { multiplyAdd } from './multiplyAdd';
import { sumDeviations, sumRows } from './sums';

const QUAD: i32 = 16;
const EPSILON: f32 = 1e-5;
const MOMENTUM: f32 = 0.1;

/** Mean and sum of squared deviations of images [from, to): [image][mean, squares][quads]. */
export function imageMoments(from: i32, to: i32, x: usize, moments: usize, pixels: i32, quads: i32): void {
  const pixel = quads * QUAD;
  const share = f32x4.splat(1 / <f32>pixels);
  for (let image = from; image < to; image++) {
    for (let quad = 0; quad < quads; quad++) {
      const start: usize = x + <usize>(image * pixels * pixel + quad * QUAD);
      const end: usize = start + <usize>(pixels * pixel);
      const pairs: usize = start + <usize>((pixels & ~1) * pixel);
      // Two chains, for the latency of an addition.
      let even = f32x4.splat(0);
      let odd = f32x4.splat(0);
      let at = start;
      for (; at < pairs; at += 2 * pixel) {
        even = f32x4.add(even, v128.load(at));
        odd = f32x4.add(odd, v128.load(at + pixel));
      }
      if (at < end) even = f32x4.add(even, v128.load(at));
      const mean = f32x4.mul(f32x4.add(even, odd), share);
      even = f32x4.splat(0);
      odd = f32x4.splat(0);
      for (at = start; at < pairs; at += 2 * pixel) {
        const first = f32x4.sub(v128.load(at), mean);
        const second = f32x4.sub(v128.load(at + pixel), mean);
        even = multiplyAdd(first, first, even);
        odd = multiplyAdd(second, second, odd);
      }
      if (at < end) {
        const last = f32x4.sub(v128.load(at), mean);
        even = multiplyAdd(last, last, even);
      }
      const leave: usize = moments + <usize>(2 * image * pixel + quad * QUAD);
      v128.store(leave, mean);
      v128.store(leave + pixel, f32x4.add(even, odd));
    }
  }
}

/**
 * The norm of one pass from the moments of its images, quads [from, to), and the move of its running
 * statistics.
 * @param affine γ, β; running mean, variance; each [quads]
 */
export function batchStatistics(
  from: i32,
  to: i32,
  moments: usize,
  images: i32,
  pixels: i32,
  quads: i32,
  affine: usize,
  running: usize,
  norm: usize,
): void {
  const pitch = quads * QUAD;
  const count = <f64>images * <f64>pixels;
  for (let quad = from; quad < to; quad++) {
    const at: usize = quad * QUAD;
    const first: usize = moments + at;
    const mean = f32x4.mul(sumRows(first, images, 2 * pitch), f32x4.splat(<f32>(1 / <f64>images)));
    const within = sumRows(first + pitch, images, 2 * pitch);
    const between = sumDeviations(first, mean, images, 2 * pitch);
    const squares = f32x4.add(within, f32x4.mul(f32x4.splat(<f32>pixels), between));
    const variance = f32x4.mul(squares, f32x4.splat(<f32>(1 / count)));
    leaveNorm(norm + at, affine + at, mean, variance, pitch);
    const unbiased = f32x4.mul(variance, f32x4.splat(<f32>(count / max(count - 1, 1))));
    move(running + at, mean);
    move(running + pitch + at, unbiased);
  }
}

/** The norm of evaluation, from running statistics, quads [from, to). */
export function runningNorm(from: i32, to: i32, quads: i32, affine: usize, running: usize, norm: usize): void {
  const pitch = quads * QUAD;
  for (let quad = from; quad < to; quad++) {
    const at: usize = quad * QUAD;
    leaveNorm(norm + at, affine + at, v128.load(running + at), v128.load(running + pitch + at), pitch);
  }
}

@inline
function leaveNorm(norm: usize, affine: usize, mean: v128, variance: v128, pitch: i32): void {
  const inverse = inverseDeviation(variance);
  const scale = f32x4.mul(v128.load(affine), inverse);
  v128.store(norm, scale);
  v128.store(norm + pitch, f32x4.sub(v128.load(affine + pitch), f32x4.mul(mean, scale)));
  v128.store(norm + 2 * pitch, mean);
  v128.store(norm + 3 * pitch, inverse);
}

/** 1/σ, as all BatchNorms take it. */
@inline
export function inverseDeviation(variance: v128): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.sqrt(f32x4.add(variance, f32x4.splat(EPSILON))));
}

/** A running statistic moves towards that of a batch. */
@inline
export function move(running: usize, value: v128): void {
  const kept = f32x4.mul(v128.load(running), f32x4.splat(1 - MOMENTUM));
  v128.store(running, f32x4.add(kept, f32x4.mul(value, f32x4.splat(MOMENTUM))));
}

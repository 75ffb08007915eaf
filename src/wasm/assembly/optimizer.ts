// SGD with momentum under LARS (method §5), over all tensors at once. Tensors are cut into chunks, always in
// the same way; a chunk is what is split. A row of the table is a chunk, [first quad, quads, tensor, part of
// the network], or a tensor, [first chunk, chunks, axes, weight decay].

import { multiplyAdd } from './multiplyAdd';
import { learningRateOf } from './step';
import { highDoubles, lowDoubles, sumDoubles } from './sums';

const ROW: i32 = 16;
const LARS_EPSILON: f64 = 1e-8;

/** Sums of squares of the parameters and gradients of chunks [from, to): [chunk][2] in float64. */
export function chunkSquares(
  from: i32,
  to: i32,
  chunks: usize,
  parameters: usize,
  gradients: usize,
  squares: usize,
): void {
  for (let chunk = from; chunk < to; chunk++) {
    const row: usize = chunks + <usize>(chunk * ROW);
    const first: usize = (<usize>load<u32>(row)) * 16;
    const length: usize = (<usize>load<u32>(row, 4)) * 16;
    const leave: usize = squares + <usize>(chunk * 16);
    store<f64>(leave, squaresOf(parameters + first, length));
    store<f64>(leave, squaresOf(gradients + first, length), 8);
  }
}

/** Sum of the squares of `length` bytes of floats, in float64. */
function squaresOf(at: usize, length: usize): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (const end = at + length; at < end; at += 16) {
    const value = v128.load(at);
    const first = lowDoubles(value);
    const second = highDoubles(value);
    low = f64x2.add(low, f64x2.mul(first, first));
    high = f64x2.add(high, f64x2.mul(second, second));
  }
  return sumDoubles(low, high);
}

/**
 * Squared norms of the gradients of parts [from, to) of the network, in the order of their chunks. No chunk
 * belongs to the fourth part, which only fills a quad up with 0.
 */
export function partSquares(from: i32, to: i32, chunks: usize, count: i32, squares: usize, parts: usize): void {
  for (let part = from; part < to; part++) {
    let sum: f64 = 0;
    for (let chunk = 0; chunk < count; chunk++) {
      if (load<i32>(chunks + <usize>(chunk * ROW), 12) == part) sum += load<f64>(squares + <usize>(chunk * 16), 8);
    }
    store<f32>(parts + <usize>(4 * part), <f32>sum);
  }
}

/** Scale of the gradient and weight decay of tensors [from, to): [tensor][2]. */
export function tensorScales(
  from: i32,
  to: i32,
  tensors: usize,
  squares: usize,
  step: usize,
  scales: usize,
  lars: i32,
  clip: i32,
  exclude1d: i32,
  eta: f64,
): void {
  const learningRate = <f64>learningRateOf(step);
  for (let tensor = from; tensor < to; tensor++) {
    const row: usize = tensors + <usize>(tensor * ROW);
    const decay = <f64>load<f32>(row, 12);
    let scale: f64 = 1;
    let kept = decay;
    if (lars) {
      let weights: f64 = 0;
      let slopes: f64 = 0;
      let at: usize = squares + (<usize>load<u32>(row)) * 16;
      for (const end: usize = at + (<usize>load<u32>(row, 4)) * 16; at < end; at += 16) {
        weights += load<f64>(at);
        slopes += load<f64>(at, 8);
      }
      weights = sqrt(weights);
      slopes = sqrt(slopes);
      if ((exclude1d && load<u32>(row, 8) < 2) || weights == 0 || slopes == 0) kept = 0;
      else {
        scale = (eta * weights) / (slopes + decay * weights + LARS_EPSILON);
        if (clip) scale = min(scale / learningRate, 1);
      }
    }
    store<f32>(scales + <usize>(tensor * 8), <f32>scale);
    store<f32>(scales + <usize>(tensor * 8), <f32>kept, 4);
  }
}

/**
 * Moves the parameters and momenta of chunks [from, to), in place. Nothing moves where the loss at `total` is
 * not finite.
 */
export function descend(
  from: i32,
  to: i32,
  chunks: usize,
  parameters: usize,
  gradients: usize,
  momenta: usize,
  scales: usize,
  step: usize,
  total: usize,
  momentum: f32,
): void {
  if (!isFinite(load<f32>(total))) return;
  const kept = f32x4.splat(momentum);
  const back = f32x4.splat(-learningRateOf(step));
  for (let chunk = from; chunk < to; chunk++) {
    const row: usize = chunks + <usize>(chunk * ROW);
    let at: usize = (<usize>load<u32>(row)) * 16;
    const pair: usize = scales + <usize>load<u32>(row, 8) * 8;
    const scale = f32x4.splat(load<f32>(pair));
    const decay = f32x4.splat(load<f32>(pair, 4));
    for (const end: usize = at + (<usize>load<u32>(row, 4)) * 16; at < end; at += 16) {
      const weight = v128.load(parameters + at);
      const slope = f32x4.mul(scale, multiplyAdd(decay, weight, v128.load(gradients + at)));
      const moved = multiplyAdd(kept, v128.load(momenta + at), slope);
      v128.store(momenta + at, moved);
      v128.store(parameters + at, multiplyAdd(back, moved, weight));
    }
  }
}

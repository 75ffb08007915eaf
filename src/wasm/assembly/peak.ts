// The most multiply-adds that this machine does by these instructions: a loop that touches no memory.

import { multiplyAdd } from './multiplyAdd';

/**
 * Does `multiplyAddOperations` floating-point operations a round. Returns a sum of all results, which nobody
 * needs, so that none is left out.
 */
export function multiplyAddLoop(from: i32, to: i32): f32 {
  const one = f32x4.splat(1);
  const two = f32x4.splat(2);
  let a = f32x4.splat(<f32>from);
  let b = f32x4.add(a, one);
  let c = f32x4.add(b, one);
  let d = f32x4.add(c, one);
  let e = f32x4.add(d, one);
  let f = f32x4.add(e, one);
  let g = f32x4.add(f, one);
  let h = f32x4.add(g, one);
  let i = f32x4.add(h, one);
  let j = f32x4.add(i, one);
  let k = f32x4.add(j, one);
  let l = f32x4.add(k, one);
  for (let round = from; round < to; round++) {
    if (FUSED) {
      a = multiplyAdd(a, one, one);
      b = multiplyAdd(b, one, one);
      c = multiplyAdd(c, one, one);
      d = multiplyAdd(d, one, one);
      e = multiplyAdd(e, one, one);
      f = multiplyAdd(f, one, one);
      g = multiplyAdd(g, one, one);
      h = multiplyAdd(h, one, one);
      i = multiplyAdd(i, one, one);
      j = multiplyAdd(j, one, one);
      k = multiplyAdd(k, one, one);
      l = multiplyAdd(l, one, one);
    } else {
      // As many products as sums, which do not wait for each other: eight of a kernel's inner step, and two
      // of each so that no product is the same in the next round.
      a = f32x4.mul(a, one);
      b = f32x4.mul(b, one);
      c = f32x4.add(c, one);
      d = f32x4.add(d, one);
      e = f32x4.add(e, f32x4.mul(a, one));
      f = f32x4.add(f, f32x4.mul(b, one));
      g = f32x4.add(g, f32x4.mul(c, one));
      h = f32x4.add(h, f32x4.mul(d, one));
      i = f32x4.add(i, f32x4.mul(a, two));
      j = f32x4.add(j, f32x4.mul(b, two));
      k = f32x4.add(k, f32x4.mul(c, two));
      l = f32x4.add(l, f32x4.mul(d, two));
    }
  }
  const upper = f32x4.add(f32x4.add(a, b), f32x4.add(f32x4.add(c, d), f32x4.add(e, f)));
  const lower = f32x4.add(f32x4.add(g, h), f32x4.add(f32x4.add(i, j), f32x4.add(k, l)));
  return f32x4.extract_lane(f32x4.add(upper, lower), 0);
}

/** Floating-point operations of one round. */
export function multiplyAddOperations(): i32 {
  return FUSED ? 96 : 80;
}

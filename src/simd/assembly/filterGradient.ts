// dL/dw of a convolution: x [N, H, W, C], dy [N, P, Q, K], dw [R, R, C, K], K a multiple of 4.

const FLOAT: usize = 4;
/**
 * Pixels of dy whose sums stay in registers before they are added to dw: enough to hide the cost of that
 * addition.
 */
const PIXELS_IN_REGISTERS = 1024;

/**
 * dw[r][q][c][k] += Σ x[n, i·s + r − pad, j·s + q − pad, c] · dy[n, i, j, k]; dw must be zero before.
 * A tile of 4 input × 8 output channels is kept in eight registers while a group of images passes by.
 */
export function filterGradient(
  x: usize,
  dy: usize,
  dw: usize,
  n: i32,
  h: i32,
  w: i32,
  c: i32,
  p: i32,
  q: i32,
  k: i32,
  r: i32,
  stride: i32,
  pad: i32,
): void {
  const group = max(1, PIXELS_IN_REGISTERS / (p * q));
  for (let from = 0; from < n; from += group) {
    const to = min(n, from + group);
    for (let a = 0; a < r; a++) {
      for (let b = 0; b < r; b++) {
        const tap: usize = dw + (<usize>((a * r + b) * c * k)) * FLOAT;
        // Rows and columns of dy whose window lies inside the image at this tap.
        const top = firstInside(a - pad, stride);
        const bottom = lastInside(a - pad, stride, h, p);
        const left = firstInside(b - pad, stride);
        const right = lastInside(b - pad, stride, w, q);
        if (top > bottom || left > right) continue;
        for (let ci = 0; ci < c; ci += 4) {
          for (let ki = 0; ki < k; ki += 8) {
            tile(x, dy, tap, from, to, h, w, c, p, q, k, stride, a - pad, b - pad, top, bottom, left, right, ci, ki);
          }
        }
      }
    }
  }
}

/**
 * Adds one tile's sums over images [from, to). Channels beyond the last are computed as the last and not
 * stored.
 */
@inline
function tile(
  x: usize,
  dy: usize,
  tap: usize,
  from: i32,
  to: i32,
  h: i32,
  w: i32,
  c: i32,
  p: i32,
  q: i32,
  k: i32,
  stride: i32,
  down: i32,
  across: i32,
  top: i32,
  bottom: i32,
  left: i32,
  right: i32,
  ci: i32,
  ki: i32,
): void {
  const last = c - 1 - ci;
  const c1: usize = (<usize>min(1, last)) * FLOAT;
  const c2: usize = (<usize>min(2, last)) * FLOAT;
  const c3: usize = (<usize>min(3, last)) * FLOAT;
  const second: usize = ki + 4 < k ? 16 : 0;
  const stepX: usize = (<usize>(stride * c)) * FLOAT;
  const stepY: usize = (<usize>k) * FLOAT;
  let s00 = f32x4.splat(0);
  let s01 = f32x4.splat(0);
  let s10 = f32x4.splat(0);
  let s11 = f32x4.splat(0);
  let s20 = f32x4.splat(0);
  let s21 = f32x4.splat(0);
  let s30 = f32x4.splat(0);
  let s31 = f32x4.splat(0);
  for (let image = from; image < to; image++) {
    for (let i = top; i <= bottom; i++) {
      let atX: usize = x + (<usize>(((image * h + i * stride + down) * w + left * stride + across) * c + ci)) * FLOAT;
      let atY: usize = dy + (<usize>(((image * p + i) * q + left) * k + ki)) * FLOAT;
      for (let j = left; j <= right; j++) {
        const y0 = v128.load(atY);
        const y1 = v128.load(atY + second);
        const x0 = v128.load32_splat(atX);
        const x1 = v128.load32_splat(atX + c1);
        const x2 = v128.load32_splat(atX + c2);
        const x3 = v128.load32_splat(atX + c3);
        s00 = f32x4.add(s00, f32x4.mul(x0, y0));
        s01 = f32x4.add(s01, f32x4.mul(x0, y1));
        s10 = f32x4.add(s10, f32x4.mul(x1, y0));
        s11 = f32x4.add(s11, f32x4.mul(x1, y1));
        s20 = f32x4.add(s20, f32x4.mul(x2, y0));
        s21 = f32x4.add(s21, f32x4.mul(x2, y1));
        s30 = f32x4.add(s30, f32x4.mul(x3, y0));
        s31 = f32x4.add(s31, f32x4.mul(x3, y1));
        atX += stepX;
        atY += stepY;
      }
    }
  }
  let to0: usize = tap + (<usize>(ci * k + ki)) * FLOAT;
  accumulate(to0, s00, s01, second);
  if (last >= 1) accumulate((to0 += stepY), s10, s11, second);
  if (last >= 2) accumulate((to0 += stepY), s20, s21, second);
  if (last >= 3) accumulate((to0 += stepY), s30, s31, second);
}

/** Adds a quad, and the next one where there is one. */
@inline
function accumulate(to: usize, low: v128, high: v128, second: usize): void {
  v128.store(to, f32x4.add(v128.load(to), low));
  if (second) v128.store(to + 16, f32x4.add(v128.load(to + 16), high));
}

/** Smallest i ≥ 0 with i · stride + shift ≥ 0. */
function firstInside(shift: i32, stride: i32): i32 {
  return shift >= 0 ? 0 : (stride - 1 - shift) / stride;
}

/** Largest i < count with i · stride + shift < size. */
function lastInside(shift: i32, stride: i32, size: i32, count: i32): i32 {
  const room = size - 1 - shift;
  return room < 0 ? -1 : min(count - 1, room / stride);
}

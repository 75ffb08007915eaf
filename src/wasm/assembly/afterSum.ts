// What follows the sums of a convolution in evaluation: act(norm(sum) + skip) · gate.

import { multiplyAdd } from './multiplyAdd';

const QUAD: i32 = 16;
/** The acts. */
const RELU: i32 = 1;
const HARD: i32 = 2;

// What follows at present: of the layer, and of eight of its outputs. Each thread has its own.
let act: i32 = 0;
let normed: bool = false;
let skipped: bool = false;
let skipNormed: bool = false;
let gated: bool = false;
let lowScale: v128 = i32x4.splat(0);
let highScale: v128 = i32x4.splat(0);
let lowShift: v128 = i32x4.splat(0);
let highShift: v128 = i32x4.splat(0);
let lowSkipScale: v128 = i32x4.splat(0);
let highSkipScale: v128 = i32x4.splat(0);
let lowGate: v128 = i32x4.splat(0);
let highGate: v128 = i32x4.splat(0);

/**
 * Takes what follows the sums of the next layer.
 * @param what 0 nothing, 1 ReLU, 2 whether the value is at least 0
 * @param isSkipped whether a map is added before it
 */
export function takeAct(what: i32, isSkipped: bool): void {
  act = what;
  skipped = isSkipped;
}

/**
 * Takes what belongs to the next outputs. Addresses are of the first of them.
 * @param whole whether they are eight, or four
 * @param norm the scale, or 0 for none; the shift is `pitch` bytes behind it
 * @param skipNorm the same of the skip
 * @param gates of the image, or 0
 */
export function takeOutputs(whole: bool, norm: usize, skipNorm: usize, pitch: usize, gates: usize): void {
  normed = norm != 0;
  skipNormed = skipNorm != 0;
  gated = gates != 0;
  if (normed) {
    lowScale = v128.load(norm);
    lowShift = v128.load(norm + pitch);
    if (whole) {
      highScale = v128.load(norm, QUAD);
      highShift = v128.load(norm + pitch, QUAD);
    }
  }
  if (skipNormed) {
    lowSkipScale = v128.load(skipNorm);
    lowShift = f32x4.add(lowShift, v128.load(skipNorm + pitch));
    if (whole) {
      highSkipScale = v128.load(skipNorm, QUAD);
      highShift = f32x4.add(highShift, v128.load(skipNorm + pitch, QUAD));
    }
  }
  if (gated) {
    lowGate = v128.load(gates);
    if (whole) highGate = v128.load(gates, QUAD);
  }
}

/** Stores what becomes of the sums of a pixel's first four outputs. */
@inline
export function storeLow(y: usize, sum: v128, skip: usize): void {
  v128.store(y, finished(sum, skip, lowScale, lowShift, lowSkipScale, lowGate));
}

/** Stores what becomes of the sums of a pixel's last four outputs of eight; addresses are of the first. */
@inline
export function storeHigh(y: usize, sum: v128, skip: usize): void {
  v128.store(y, finished(sum, skip + QUAD, highScale, highShift, highSkipScale, highGate), QUAD);
}

@inline
function finished(sum: v128, skip: usize, scale: v128, shift: v128, skipScale: v128, gate: v128): v128 {
  let value = sum;
  if (normed) {
    const past = skipNormed ? multiplyAdd(v128.load(skip), skipScale, shift) : shift;
    value = multiplyAdd(value, scale, past);
  }
  if (skipped && !skipNormed) value = f32x4.add(value, v128.load(skip));
  if (act == RELU) value = f32x4.pmax(value, f32x4.splat(0));
  else if (act == HARD) value = v128.and(f32x4.ge(value, f32x4.splat(0)), f32x4.splat(1));
  return gated ? f32x4.mul(value, gate) : value;
}

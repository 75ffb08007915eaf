import type { Crop } from '../images/views.ts';

// Images are u8 [H, W, 3], row-major. The arithmetic is that of PIL's 8-bit resampling: weights are
// fixed-point, one pass goes over the rows and one over the columns, and each pass rounds to bytes.

const CHANNELS = 3;
/** Fractional bits of a weight: 255 · 1.3 · 2^22 still fits into 32 bits. */
const PRECISION = 22;
const HALF = 2 ** (PRECISION - 1);
/** Reach of the bicubic kernel in source pixels. Shrinking widens it. */
const REACH = 2;

/** For each output pixel: `count` source pixels from `first` on, weighted by `weights[pixel · taps …]`. */
interface Filter {
  readonly taps: number;
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly weights: Int32Array;
}

/** Buffer that `cropResize` needs between its passes. */
export function resampleScratch(sourceSize: number, outputSize: number): Uint8Array {
  return new Uint8Array(sourceSize * outputSize * CHANNELS);
}

/**
 * Cuts `crop` out of a source image and resizes it to [size, size], bicubic (a = -0.5), antialiased when
 * shrinking. Pixels outside the crop have no influence, as when PIL crops first.
 * @param source bytes of one or many images; the image starts at `offset` and has rows of `sourceSize` pixels
 * @param scratch from `resampleScratch(sourceSize, size)`
 */
export function cropResize(
  source: Uint8Array,
  offset: number,
  sourceSize: number,
  crop: Crop,
  target: Uint8Array,
  size: number,
  scratch: Uint8Array,
): void {
  const columns = bicubicFilter(crop.width, size);
  const rows = bicubicFilter(crop.height, size);
  resizeRows(source, offset, sourceSize, crop, columns, scratch, size);
  resizeColumns(scratch, rows, target, size);
}

/** [crop.height, crop.width] of the source → [crop.height, size]. */
function resizeRows(
  source: Uint8Array,
  offset: number,
  sourceSize: number,
  crop: Crop,
  { taps, first, count, weights }: Filter,
  target: Uint8Array,
  size: number,
): void {
  let to = 0;
  for (let y = 0; y < crop.height; y++) {
    const row = offset + ((crop.top + y) * sourceSize + crop.left) * CHANNELS;
    for (let x = 0; x < size; x++) {
      let from = row + first[x]! * CHANNELS;
      let red = HALF;
      let green = HALF;
      let blue = HALF;
      const end = x * taps + count[x]!;
      for (let tap = x * taps; tap < end; tap++, from += CHANNELS) {
        const weight = weights[tap]!;
        red += weight * source[from]!;
        green += weight * source[from + 1]!;
        blue += weight * source[from + 2]!;
      }
      target[to++] = toByte(red >> PRECISION);
      target[to++] = toByte(green >> PRECISION);
      target[to++] = toByte(blue >> PRECISION);
    }
  }
}

/** [crop.height, size] → [size, size]. */
function resizeColumns(
  source: Uint8Array,
  { taps, first, count, weights }: Filter,
  target: Uint8Array,
  size: number,
): void {
  const stride = size * CHANNELS;
  for (let y = 0; y < size; y++) {
    const start = first[y]! * stride;
    const end = y * taps + count[y]!;
    for (let x = 0; x < stride; x++) {
      let sum = HALF;
      let from = start + x;
      for (let tap = y * taps; tap < end; tap++, from += stride) sum += weights[tap]! * source[from]!;
      target[y * stride + x] = toByte(sum >> PRECISION);
    }
  }
}

function toByte(value: number): number {
  return Math.max(0, Math.min(255, value));
}

/**
 * The most weights that the table of filters may hold (16 MB); beyond them it is emptied. Its keys are input
 * and output side. Training needs one filter for each crop side, but photographs of any size would fill the
 * table.
 */
const MAX_WEIGHTS = 4_000_000;
const filters = new Map<string, Filter>();
let heldWeights = 0;

function bicubicFilter(input: number, output: number): Filter {
  const key = `${input}→${output}`;
  let filter = filters.get(key);
  if (filter === undefined) {
    filter = buildFilter(input, output);
    if (heldWeights + filter.weights.length > MAX_WEIGHTS) {
      filters.clear();
      heldWeights = 0;
    }
    filters.set(key, filter);
    heldWeights += filter.weights.length;
  }
  return filter;
}

function buildFilter(input: number, output: number): Filter {
  const taps = Math.ceil(REACH * Math.max(input / output, 1)) * 2 + 1;
  const first = new Int32Array(output);
  const count = new Int32Array(output);
  const weights = new Int32Array(output * taps);
  for (let pixel = 0; pixel < output; pixel++) {
    const found = bicubicTaps(input, output, pixel);
    first[pixel] = found.first;
    count[pixel] = found.weights.length;
    weights.set(found.weights, pixel * taps);
  }
  return { taps, first, count, weights };
}

/**
 * The source pixels that one output pixel is made of, from `first` on, and their weights in 22-bit fixed
 * point.
 */
export function bicubicTaps(
  input: number,
  output: number,
  pixel: number,
): { readonly first: number; readonly weights: readonly number[] } {
  const scale = input / output;
  const widening = Math.max(scale, 1);
  const reach = REACH * widening;
  const center = (pixel + 0.5) * scale;
  const first = Math.max(0, Math.trunc(center - reach + 0.5));
  const end = Math.min(input, Math.trunc(center + reach + 0.5));
  const exact: number[] = [];
  for (let at = first; at < end; at++) exact.push(bicubic((at + 0.5 - center) / widening));
  const total = exact.reduce((sum, weight) => sum + weight, 0);
  return { first, weights: exact.map((weight) => roundAway((weight / total) * 2 ** PRECISION)) };
}

/** Keys' cubic kernel with a = -1/2. */
function bicubic(distance: number): number {
  const x = Math.abs(distance);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  if (x < 2) return ((-0.5 * x + 2.5) * x - 4) * x + 2;
  return 0;
}

/** To the nearest whole number, halves away from zero (C's rounding, not JavaScript's). */
function roundAway(value: number): number {
  return Math.trunc(value + (value < 0 ? -0.5 : 0.5));
}

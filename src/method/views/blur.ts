// Images are u8 [size, size, 3]. This is PIL's Gaussian blur: three box blurs with a fractional radius along
// the rows, then three along the columns. Each rounds to bytes and repeats the edges (Gwosdek et al., SSVM
// 2011).

const CHANNELS = 3;
const PASSES = 3;
/** Fractional bits of a box weight: 255 · 2^24 fits into 32 unsigned bits. */
const PRECISION = 24;
const HALF = 2 ** (PRECISION - 1);

/** Two lines of `size` bytes. */
export function blurScratch(size: number): Uint8Array {
  return new Uint8Array(2 * size);
}

/**
 * Blurs an image in place.
 * @param sigma standard deviation in pixels (PIL's "radius")
 * @param scratch from `blurScratch(size)`
 */
export function gaussianBlur(image: Uint8Array, size: number, sigma: number, scratch: Uint8Array): void {
  const radius = boxRadius(sigma);
  const whole = Math.trunc(radius);
  const weight = Math.trunc(Math.fround(2 ** PRECISION / Math.fround(radius * 2 + 1)));
  const edgeWeight = Math.trunc((2 ** PRECISION - (2 * whole + 1) * weight) / 2);
  const line = scratch.subarray(0, size);
  const blurred = scratch.subarray(size);
  for (const [lineStep, pixelStep] of [
    [size * CHANNELS, CHANNELS],
    [CHANNELS, size * CHANNELS],
  ] as const) {
    for (let index = 0; index < size; index++) {
      for (let channel = 0; channel < CHANNELS; channel++) {
        const start = index * lineStep + channel;
        for (let x = 0; x < size; x++) line[x] = image[start + x * pixelStep]!;
        for (let pass = 0; pass < PASSES; pass++) {
          blurLine(line, blurred, whole, weight, edgeWeight);
          line.set(blurred);
        }
        for (let x = 0; x < size; x++) image[start + x * pixelStep] = line[x]!;
      }
    }
  }
}

/**
 * Radius of the box blur that gives variance sigma² after three passes. Its fraction weighs the two outermost
 * pixels.
 */
function boxRadius(sigma: number): number {
  const variance = Math.fround((sigma * sigma) / PASSES);
  const length = Math.fround(Math.sqrt(12 * variance + 1));
  const whole = Math.floor((length - 1) / 2);
  const fraction =
    ((2 * whole + 1) * (whole * (whole + 1) - 3 * variance)) / (6 * (variance - (whole + 1) * (whole + 1)));
  return Math.fround(whole + fraction);
}

/**
 * One box blur of a line: a running sum of the 2·radius + 1 inner pixels, plus the outer pair with a weight
 * of its own.
 */
function blurLine(
  line: Uint8Array,
  target: Uint8Array,
  radius: number,
  weight: number,
  edgeWeight: number,
): void {
  const last = line.length - 1;
  let sum = line[0]! * (radius + 1);
  for (let x = 0; x < radius; x++) sum += line[Math.min(x, last)]!;
  for (let x = 0; x <= last; x++) {
    const before = line[Math.max(0, x - radius - 1)]!;
    sum += line[Math.min(last, x + radius)]! - before;
    const after = line[Math.min(last, x + radius + 1)]!;
    target[x] = (sum * weight + (before + after) * edgeWeight + HALF) >>> PRECISION;
  }
}

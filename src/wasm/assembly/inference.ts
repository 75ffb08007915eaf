// Convolution of bordered maps in evaluation, with all that follows it: y = act(w ∗ x + bias + skip) · gate.
// BatchNorm's running statistics are in w and bias. It is made of the same register tiles as convolution.ts,
// 4 pixels × 8 output channels (an octet), and maps and filters lie as there. A tile lies in one image, so
// that an image's gates hold for the whole of it: octets of outputs that they close are not computed, and
// quads of inputs that they close are not read. A pixel's sum has the same order whatever the tile.

import { multiplyAdd } from './multiplyAdd';

const QUAD: i32 = 16;
const OCTET: i32 = 32;
/** Pixels of a tile. */
const TILE: i32 = 4;
/** What follows the sum. */
const RELU: i32 = 1;
const HARD: i32 = 2;

// Where the walk over output pixels of an image is.
let column: i32 = 0;
let atX: usize = 0;
let atY: usize = 0;
let atSkip: usize = 0;

/**
 * Computes pixels [from, to) of y, counted over all images.
 * @param x its first tap of the first pixel; w the filter; y the first pixel, whose border stays as it is
 * @param height rows of y in an image; width its columns
 * @param kernel side of the window; inputs channels of x; line bytes between rows of the window
 * @param stepX bytes of x from one pixel of y to the next; rowX to the next row; imageX to the next image
 * @param quads of y's channels; rowY bytes to the next row of y; imageY to the next image
 * @param block pixels, a multiple of 4, that one octet is computed for before the next
 * @param act 0 nothing, 1 ReLU, 2 whether the sum is at least 0
 * @param skip first pixel of a map with y's channels that is added before `act`, or 0; rowSkip, imageSkip as
 * for y
 * @param gates [images][quads] that multiply y, or 0. With skipClosed, octets that they close are not
 * written.
 * @param inputGates [images][inQuads], or 0: quads that they close are left out
 */
export function inferenceConvolution(
  from: i32,
  to: i32,
  x: usize,
  w: usize,
  bias: usize,
  y: usize,
  height: i32,
  width: i32,
  kernel: i32,
  inputs: i32,
  line: i32,
  stepX: i32,
  rowX: i32,
  imageX: i32,
  quads: i32,
  rowY: i32,
  imageY: i32,
  block: i32,
  act: i32,
  skip: usize,
  rowSkip: i32,
  imageSkip: i32,
  gates: usize,
  skipClosed: i32,
  inputGates: usize,
): void {
  const inQuads = (inputs + 3) >> 2;
  const perImage = height * width;
  const pixelY = quads * QUAD;
  const inPitch = inQuads * QUAD;
  const octets = (quads + 1) >> 1;
  const octetBytes = kernel * kernel * inQuads * 4 * OCTET;
  const nextLine = line - kernel * inPitch;
  const nextRowX = rowX - width * stepX;
  const nextRowY = rowY - width * pixelY;
  const nextRowSkip = rowSkip - width * pixelY;
  const zero = f32x4.splat(0);
  for (let first = from; first < to; ) {
    const image = first / perImage;
    const start = first - image * perImage;
    const last = min(min(first + block, to), (image + 1) * perImage);
    const open: usize = inputGates + <usize>(image * inPitch);
    for (let octet = 0; octet < octets; octet++) {
      const half = 2 * octet + 1 == quads;
      const place: usize = octet * OCTET;
      let gateLow = zero;
      let gateHigh = zero;
      if (gates) {
        const gate: usize = gates + <usize>(image * pixelY) + place;
        gateLow = v128.load(gate);
        if (!half) gateHigh = v128.load(gate, QUAD);
        if (skipClosed && !v128.any_true(v128.or(gateLow, gateHigh))) continue;
      }
      const filter: usize = w + <usize>(octet * octetBytes);
      const low = v128.load(bias + place);
      const high = half ? zero : v128.load(bias + place, QUAD);
      const row = start / width;
      column = start - row * width;
      atX = x + <usize>(image * imageX + row * rowX + column * stepX);
      atY = y + <usize>(image * imageY + row * rowY + column * pixelY) + place;
      atSkip = skip + <usize>(image * imageSkip + row * rowSkip + column * pixelY) + place;
      for (let pixel = first; pixel < last; pixel += TILE) {
        const count = last - pixel;
        // Pixels beyond the last are computed as the last and not stored.
        const first0 = atX;
        const y0 = atY;
        const s0 = atSkip;
        if (count > 1) advance(width, stepX, pixelY, nextRowX, nextRowY, nextRowSkip);
        const first1 = atX;
        const y1 = atY;
        const s1 = atSkip;
        if (count > 2) advance(width, stepX, pixelY, nextRowX, nextRowY, nextRowSkip);
        const first2 = atX;
        const y2 = atY;
        const s2 = atSkip;
        if (count > 3) advance(width, stepX, pixelY, nextRowX, nextRowY, nextRowSkip);
        const first3 = atX;
        const y3 = atY;
        const s3 = atSkip;
        if (count > 4) advance(width, stepX, pixelY, nextRowX, nextRowY, nextRowSkip);

        let low0 = low;
        let low1 = low;
        let low2 = low;
        let low3 = low;
        let high0 = high;
        let high1 = high;
        let high2 = high;
        let high3 = high;
        // Channels that lie together count together: all, or each run of quads that is open.
        for (let quad = 0; quad < inQuads; ) {
          let begin = 0;
          if (!inputGates) quad = inQuads;
          else {
            while (quad < inQuads && !v128.any_true(v128.load(open + quad * QUAD))) quad++;
            begin = quad;
            while (quad < inQuads && v128.any_true(v128.load(open + quad * QUAD))) quad++;
            if (quad == begin) break;
          }
          // Where all channels are real and open, a row of the window is one run. Those that only fill up the
          // last quad are not computed.
          const channels = min(4 * quad, inputs) - 4 * begin;
          const whole = channels == 4 * inQuads;
          const taps = whole ? 1 : kernel;
          const run = (whole ? kernel * channels : channels) * 4;
          const nextTap = whole ? 0 : inPitch - run;
          let weights: usize = filter + <usize>(begin * 4 * OCTET);
          let x0: usize = first0 + begin * QUAD;
          let x1: usize = first1 + begin * QUAD;
          let x2: usize = first2 + begin * QUAD;
          let x3: usize = first3 + begin * QUAD;
          for (let r = 0; r < kernel; r++) {
            for (let tap = 0; tap < taps; tap++) {
              const end: usize = weights + <usize>(8 * run);
              do {
                const w0 = v128.load(weights);
                const w1 = v128.load(weights, 16);
                const v0 = v128.load32_splat(x0);
                const v1 = v128.load32_splat(x1);
                const v2 = v128.load32_splat(x2);
                const v3 = v128.load32_splat(x3);
                low0 = multiplyAdd(v0, w0, low0);
                low1 = multiplyAdd(v1, w0, low1);
                low2 = multiplyAdd(v2, w0, low2);
                low3 = multiplyAdd(v3, w0, low3);
                high0 = multiplyAdd(v0, w1, high0);
                high1 = multiplyAdd(v1, w1, high1);
                high2 = multiplyAdd(v2, w1, high2);
                high3 = multiplyAdd(v3, w1, high3);
                x0 += 4;
                x1 += 4;
                x2 += 4;
                x3 += 4;
                weights += OCTET;
              } while (weights != end);
              weights += nextTap * 8;
              x0 += nextTap;
              x1 += nextTap;
              x2 += nextTap;
              x3 += nextTap;
            }
            x0 += nextLine;
            x1 += nextLine;
            x2 += nextLine;
            x3 += nextLine;
          }
        }

        if (skip) {
          low0 = f32x4.add(low0, v128.load(s0));
          low1 = f32x4.add(low1, v128.load(s1));
          low2 = f32x4.add(low2, v128.load(s2));
          low3 = f32x4.add(low3, v128.load(s3));
          if (!half) {
            high0 = f32x4.add(high0, v128.load(s0, QUAD));
            high1 = f32x4.add(high1, v128.load(s1, QUAD));
            high2 = f32x4.add(high2, v128.load(s2, QUAD));
            high3 = f32x4.add(high3, v128.load(s3, QUAD));
          }
        }
        v128.store(y0, finished(low0, act, gates, gateLow));
        if (count > 1) v128.store(y1, finished(low1, act, gates, gateLow));
        if (count > 2) v128.store(y2, finished(low2, act, gates, gateLow));
        if (count > 3) v128.store(y3, finished(low3, act, gates, gateLow));
        if (!half) {
          v128.store(y0, finished(high0, act, gates, gateHigh), QUAD);
          if (count > 1) v128.store(y1, finished(high1, act, gates, gateHigh), QUAD);
          if (count > 2) v128.store(y2, finished(high2, act, gates, gateHigh), QUAD);
          if (count > 3) v128.store(y3, finished(high3, act, gates, gateHigh), QUAD);
        }
      }
    }
    first = last;
  }
}

/** Goes on to the next pixel or row. */
@inline
function advance(width: i32, stepX: i32, pixelY: i32, nextRowX: i32, nextRowY: i32, nextRowSkip: i32): void {
  atX += stepX;
  atY += pixelY;
  atSkip += pixelY;
  if (++column == width) {
    column = 0;
    atX += nextRowX;
    atY += nextRowY;
    atSkip += nextRowSkip;
  }
}

@inline
function finished(sum: v128, act: i32, gates: usize, gate: v128): v128 {
  const zero = f32x4.splat(0);
  let value = sum;
  if (act == RELU) value = f32x4.pmax(sum, zero);
  else if (act == HARD) value = v128.and(f32x4.ge(sum, zero), f32x4.splat(1));
  return gates ? f32x4.mul(value, gate) : value;
}

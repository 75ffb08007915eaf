// Convolution of bordered maps in evaluation, with all that follows it:
//   y = act(norm(w ∗ x + bias) + skip) · gate.
// Maps and filters lie as in convolution.ts. Channels that an image's gates close need not be computed: the
// open ones are a table [image][count, channel, …]. Of a channel o it holds 32 · o, the bytes to its weights
// as an input. An image that closes few has all in it, and closed ones are multiplied by 0.

import { takeAct, takeOutputs } from './afterSum';
import { clearBorder } from './borders';
import { octetPixels, quadPixels, takeLayer } from './evaluationTiles';

const QUAD: i32 = 16;
const OCTET: i32 = 32;

/**
 * Computes pixels [from, to) of y, counted over all images.
 * @param x its first tap of the first pixel; w the filter; bias of the outputs, or 0
 * @param norm scale and shift of the outputs, or 0
 * @param y the first pixel; gates [images][quads] that multiply it, or 0
 * @param skip first pixel of a map with y's channels that is added before `act`, or 0; rowSkip and imageSkip
 * bytes to its next row and image; skipNorm its scale and shift, or 0
 * @param act 0 nothing, 1 ReLU, 2 whether the sum is at least 0
 * @param height rows of y in an image; width its columns
 * @param kernel side of the window; inputs channels of x; line bytes between rows of the window
 * @param stepX bytes of x from one pixel of y to the next; rowX to the next row; imageX to the next image
 * @param quads of y's channels; rowY bytes to the next row of y; imageY to the next image
 * @param border pixels around y that become zero, or 0: they stay as they are
 * @param open table of the channels that x holds, one after the other, or 0; pitch bytes of an image in it
 * @param block pixels, a multiple of 12, that one octet is computed for before the next
 */
export function inferenceConvolution(
  from: i32,
  to: i32,
  x: usize,
  w: usize,
  bias: usize,
  norm: usize,
  y: usize,
  gates: usize,
  skip: usize,
  rowSkip: i32,
  imageSkip: i32,
  skipNorm: usize,
  act: i32,
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
  border: i32,
  open: usize,
  pitch: i32,
  block: i32,
): void {
  const perImage = height * width;
  const octetBytes = kernel * kernel * ((inputs + 3) >> 2) * 4 * OCTET;
  takeLayer(kernel, inputs, width, line, stepX, rowX, quads, rowY, rowSkip);
  takeAct(act, skip != 0);
  for (let first = from; first < to; ) {
    const image = first / perImage;
    const start = first - image * perImage;
    const stop = min(min(start + block, to - image * perImage), perImage);
    if (start == 0) clearAround(y + <usize>(image * imageY), height, rowY, border, quads);
    let list: usize = 0;
    let end: usize = 0;
    if (open) {
      const table: usize = open + <usize>(image * pitch);
      const count = load<i32>(table);
      if (count < inputs) {
        list = table + 4;
        end = list + <usize>(4 * count);
      }
    }
    let place: usize = 0;
    for (let quad = 0; quad < quads; quad += 2) {
      const whole = quad + 1 < quads;
      takeOutputs(
        whole,
        norm ? norm + place : 0,
        skipNorm ? skipNorm + place : 0,
        quads * QUAD,
        gates ? gates + <usize>(image * quads * QUAD) + place : 0,
      );
      const atX: usize = x + <usize>(image * imageX);
      const filter: usize = w + <usize>((quad >> 1) * octetBytes);
      const atBias: usize = bias ? bias + place : 0;
      const atY: usize = y + <usize>(image * imageY) + place;
      const atSkip: usize = skip + <usize>(image * imageSkip) + place;
      if (whole) octetPixels(start, stop, atX, filter, atBias, atY, atSkip, list, end);
      else quadPixels(start, stop, atX, filter, atBias, atY, atSkip, list, end);
      place += OCTET;
    }
    first = image * perImage + stop;
  }
}

/**
 * Computes y = act(norm(w ∗ x + bias)) for the open outputs of images. Of an image that has not all in its
 * table y holds those that are there one after the other; what is behind them is left as it is, or anything.
 * Parts [from, to) are computed, `parts` of an image: of its octets each `parts`-th.
 * @param scratch where the weights of eight open outputs are put together with what belongs to them,
 * `scratchBytes` for a part
 * @param outputs channels of y; others as in `inferenceConvolution`
 */
export function openConvolution(
  from: i32,
  to: i32,
  x: usize,
  w: usize,
  bias: usize,
  norm: usize,
  y: usize,
  gates: usize,
  act: i32,
  height: i32,
  width: i32,
  kernel: i32,
  inputs: i32,
  line: i32,
  stepX: i32,
  rowX: i32,
  imageX: i32,
  outputs: i32,
  rowY: i32,
  imageY: i32,
  border: i32,
  open: usize,
  pitch: i32,
  parts: i32,
  scratch: usize,
  scratchBytes: i32,
): void {
  const perImage = height * width;
  const quads = (outputs + 3) >> 2;
  const rows = kernel * kernel * ((inputs + 3) >> 2) * 4;
  const octetBytes = rows * OCTET;
  takeLayer(kernel, inputs, width, line, stepX, rowX, quads, rowY, 0);
  takeAct(act, false);
  // Parts of this call have the first one's scratch: nobody else does that part.
  const filter: usize = scratch + <usize>(from * scratchBytes);
  const vectors: usize = filter + <usize>octetBytes;
  for (let unit = from; unit < to; unit++) {
    const image = unit / parts;
    const table: usize = open + <usize>(image * pitch);
    const count = load<i32>(table);
    const all = count == outputs;
    if (unit % parts == 0) clearAround(y + <usize>(image * imageY), height, rowY, border, quads);
    const atX: usize = x + <usize>(image * imageX);
    for (let octet = unit - image * parts; 8 * octet < count; octet += parts) {
      const place: usize = octet * OCTET;
      const atY: usize = y + <usize>(image * imageY) + place;
      let atW: usize = w + <usize>(octet * octetBytes);
      let atBias: usize = bias ? bias + place : 0;
      let atNorm: usize = norm ? norm + place : 0;
      let normPitch: usize = quads * QUAD;
      let atGates: usize = 0;
      if (all) atGates = gates + <usize>(image * quads * QUAD) + place;
      else {
        const list: usize = table + 4 + place;
        const taken = min(8, count - 8 * octet);
        atW = filter;
        if (bias) atBias = vectors;
        if (norm) atNorm = vectors + OCTET;
        for (let o = 0; o < taken; o++) {
          const channel: usize = load<u32>(list + 4 * o) >> 5;
          const to: usize = 4 * o;
          takeColumn(w + (channel >> 3) * octetBytes + 4 * (channel & 7), filter + to, rows);
          if (bias) store<f32>(vectors + to, load<f32>(bias + 4 * channel));
          if (norm) {
            store<f32>(vectors + OCTET + to, load<f32>(norm + 4 * channel));
            store<f32>(vectors + 2 * OCTET + to, load<f32>(norm + normPitch + 4 * channel));
          }
        }
        normPitch = OCTET;
      }
      const whole = all ? 2 * octet + 1 < quads : count - 8 * octet > 4;
      takeOutputs(whole, atNorm, 0, normPitch, atGates);
      if (whole) octetPixels(0, perImage, atX, atW, atBias, atY, 0, 0, 0);
      else quadPixels(0, perImage, atX, atW, atBias, atY, 0, 0, 0);
    }
  }
}

/** Writes the border around an image whose first pixel is at `y`. */
@inline
function clearAround(y: usize, height: i32, rowY: i32, border: i32, quads: i32): void {
  clearBorder(y - <usize>(border * (rowY + quads * QUAD)), height, rowY, border, quads * QUAD);
}

/** Copies one output's weights from an octet to another: a float of every row. */
function takeColumn(from: usize, to: usize, rows: i32): void {
  for (let row = 0; row < rows; row += 4) {
    store<f32>(to, load<f32>(from));
    store<f32>(to, load<f32>(from, OCTET), OCTET);
    store<f32>(to, load<f32>(from, 2 * OCTET), 2 * OCTET);
    store<f32>(to, load<f32>(from, 3 * OCTET), 3 * OCTET);
    from += 4 * OCTET;
    to += 4 * OCTET;
  }
}

/**
 * Writes the table of the open channels of images [from, to): all, unless an eighth of them is closed.
 * @param gates [images][quads], 0 where a channel is closed
 */
export function openChannels(from: i32, to: i32, gates: usize, open: usize, pitch: i32, channels: i32): void {
  const row = ((channels + 3) >> 2) * QUAD;
  for (let image = from; image < to; image++) {
    const table: usize = open + <usize>(image * pitch);
    let count = 0;
    for (let c = 0; c < channels; c++) {
      store<u32>(table + 4 + 4 * count, OCTET * c);
      if (load<f32>(gates + <usize>(image * row + 4 * c)) != 0) count++;
    }
    store<i32>(table, 8 * count > 7 * channels ? channels : count);
  }
}

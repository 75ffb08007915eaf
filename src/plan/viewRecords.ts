import {
  JITTER_OPERATIONS,
  type Jitter,
  type JitterOperation,
  type ViewParameters,
} from '../data/images/views.ts';

/** 32-bit words of one view's record. */
export const RECORD_WORDS = 16;

/** Places in a record, in words; the `View` of the shaders has the same fields in the same order. */
const IMAGE = 0;
/** Top in the low half, left in the high half. */
const CORNER = 1;
/** Height in the low half, width in the high half. */
const EXTENT = 2;
const FLIP = 3;
/** Bytes of at least this value are inverted. NEVER_SOLARIZED stands for no threshold. */
const THRESHOLD = 4;
/** Whole radius, inner and edge weight of the box blur; an inner weight of 0 stands for no blur. */
const BLUR = 5;
/**
 * Colour steps: their number, and how many of them come before contrast (all of them if there is no
 * contrast).
 */
const STEPS = 8;
const BEFORE_CONTRAST = 9;
/** Four bits for each colour step, from the lowest up: its place in COLOUR_STEPS. */
const KINDS = 10;
/** What each colour step goes by: a float32 factor, or the turn of the hue in 256ths. */
const AMOUNTS = 11;

const NEVER_SOLARIZED = 256;
const COLOUR_STEPS = JITTER_OPERATIONS;

/**
 * How the views of a step are made, as the GPU reads it: that of image n in pass p is record p · N + n.
 * @param indices rows of the images on the GPU, [N]
 * @param views of each image, by pass, [P][N]
 * @param imageSize side of the images, pixels
 * @returns u32 [P·N, RECORD_WORDS]
 * @throws Error when the views do not fit the batch, or a crop does not lie within the image
 */
export function packViews(
  indices: Uint32Array,
  views: readonly (readonly ViewParameters[])[],
  imageSize: number,
): Uint32Array<ArrayBuffer> {
  const images = indices.length;
  const records = new Uint32Array(views.length * images * RECORD_WORDS);
  views.forEach((ofBatch, p) => {
    if (ofBatch.length !== images) {
      throw new Error(`packViews: needs one view ${p + 1} per image, ${images}, got ${ofBatch.length}`);
    }
    ofBatch.forEach((view, n) => {
      const start = (p * images + n) * RECORD_WORDS;
      packView(records.subarray(start, start + RECORD_WORDS), indices[n]!, view, imageSize);
    });
  });
  return records;
}

function packView(record: Uint32Array, image: number, view: ViewParameters, imageSize: number): void {
  const { top, left, height, width } = checkedCrop(view, imageSize);
  record[IMAGE] = image;
  record[CORNER] = top | (left << 16);
  record[EXTENT] = height | (width << 16);
  record[FLIP] = Number(view.flip);
  record[THRESHOLD] = Math.max(0, Math.min(NEVER_SOLARIZED, Math.ceil(view.solarize ?? NEVER_SOLARIZED)));
  if (view.blur !== null) record.set(boxBlur(view.blur), BLUR);
  packColours(record, view);
}

/**
 * The colour jitter in its order, then grayscale, which is saturation by the factor 0. A hue of 0 is left
 * out, because even a turn by nothing changes levels in 8-bit HSV.
 */
function packColours(record: Uint32Array, { jitter, grayscale }: ViewParameters): void {
  const amounts = new Float32Array(record.buffer, record.byteOffset, record.length);
  let steps = 0;
  const add = (operation: JitterOperation, amount: number) => {
    record[KINDS]! |= COLOUR_STEPS.indexOf(operation) << (4 * steps);
    if (operation === 'hue') record[AMOUNTS + steps] = Math.trunc(amount * 255) & 255;
    else amounts[AMOUNTS + steps] = amount;
    steps++;
  };
  let contrast: number | null = null;
  for (const operation of jitter?.order ?? []) {
    const amount = (jitter as Jitter)[operation];
    if (operation === 'contrast') contrast = steps;
    if (operation !== 'hue' || amount !== 0) add(operation, amount);
  }
  if (grayscale) add('saturation', 0);
  record[STEPS] = steps;
  record[BEFORE_CONTRAST] = contrast ?? steps;
}

const BLUR_PASSES = 3;
/** Fractional bits of a box weight. */
const BLUR_PRECISION = 24;

/**
 * The box whose threefold repetition has variance sigma², as PIL computes it: a fractional radius in 24-bit
 * fixed point (Gwosdek et al., SSVM 2011). Math.fround stands where PIL computes in single precision.
 * @returns whole radius, weight of its 2 · radius + 1 pixels, weight of the two pixels outside them
 */
function boxBlur(sigma: number): [radius: number, weight: number, edgeWeight: number] {
  const variance = Math.fround((sigma * sigma) / BLUR_PASSES);
  const length = Math.fround(Math.sqrt(12 * variance + 1));
  const whole = Math.floor((length - 1) / 2);
  const next = whole + 1;
  const fraction = ((whole + next) * (whole * next - 3 * variance)) / (6 * (variance - next * next));
  const width = Math.fround(2 * Math.fround(whole + fraction) + 1);
  const weight = Math.trunc(Math.fround(2 ** BLUR_PRECISION / width));
  return [whole, weight, Math.trunc((2 ** BLUR_PRECISION - (whole + next) * weight) / 2)];
}

function checkedCrop({ crop }: ViewParameters, size: number): ViewParameters['crop'] {
  const { top, left, height, width } = crop;
  const inside =
    top >= 0 && left >= 0 && height > 0 && width > 0 && top + height <= size && left + width <= size;
  if (!inside || ![top, left, height, width].every(Number.isInteger)) {
    throw new Error(
      `packViews: crop must be whole pixels within ${size} × ${size}, got top ${top}, left ${left}, height ${height}, width ${width}`,
    );
  }
  return crop;
}

/** Bytes as 32-bit words, the first byte lowest; the last word is filled up with zeros. */
export function packBytes(pixels: Uint8Array): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(pixels.length / 4));
  new Uint8Array(words.buffer).set(pixels);
  return words;
}

/**
 * The words that hold the bytes [from, to) of `pixels`, and the place of the first word in bytes. Their other
 * bytes are those of `pixels` too.
 */
export function packBytesBetween(
  pixels: Uint8Array,
  from: number,
  to: number,
): { readonly at: number; readonly words: Uint32Array<ArrayBuffer> } {
  const at = from - (from % 4);
  return { at, words: packBytes(pixels.subarray(at, Math.ceil(to / 4) * 4)) };
}

import { bicubicTaps } from '../data/pictures/resample.ts';

// Tables that all views of one size share: u32 (i32) words [size, size, 4] of resampling weights, then 8
// words on hues.

/** Largest side of images: `first` below has eight bits. */
const LARGEST = 256;
/** Source pixels of an output pixel: twice the kernel's reach, because crops are never shrunk. */
const TAPS = 4;
/** 32-bit words, one bit for each hue byte. */
const HUE_WORDS = 8;

/** Words of `viewTables(size)`. */
function viewTableWords(size: number): number {
  return size * size * TAPS + HUE_WORDS;
}

/**
 * The table has, for each side s of a crop (row s − 1) and each output pixel, four weights of PIL's bicubic
 * resampling s → size. Each is 22-bit fixed point in the upper 24 bits of a word. The lower eight bits of the
 * first word are the first source pixel. Then come the hues that `hueMask` marks.
 * @throws Error when a first source pixel would not fit into its eight bits
 */
export function viewTables(size: number): Int32Array<ArrayBuffer> {
  if (size > LARGEST)
    throw new Error(`views: images must have at most ${LARGEST} pixels a side, got ${size}`);
  const tables = new Int32Array(viewTableWords(size));
  let at = 0;
  for (let side = 1; side <= size; side++) {
    for (let pixel = 0; pixel < size; pixel++, at += TAPS) writeTaps(tables, at, side, size, pixel);
  }
  tables.set(hueMask(), at);
  return tables;
}

function writeTaps(tables: Int32Array, at: number, side: number, size: number, pixel: number): void {
  const { first, weights } = bicubicTaps(side, size, pixel);
  // Where the window ends on pixel centres, rounding can give it a fifth tap, whose weight is 0.
  const skipped = weights.length > TAPS && weights[0] === 0 ? 1 : 0;
  weights.slice(skipped).forEach((weight, tap) => {
    if (tap < TAPS) tables[at + tap] = weight * 256;
    else if (weight !== 0) throw new Error(`views: ${side} → ${size} needs more than ${TAPS} taps`);
  });
  tables[at]! += first + skipped;
}

/**
 * The whole hues that PIL loses. PIL computes a hue of 255 steps in single precision and truncates it, so
 * rounding matters only where the exact hue is whole. Whole hues are multiples of 2/85 of a sextant, and one
 * colour of each therefore stands for all.
 * @returns 256 bits; bit k is set if an exact hue of k becomes k − 1
 */
function hueMask(): Uint32Array {
  const mask = new Uint32Array(HUE_WORDS);
  for (let hue = 0; hue < 255; hue++) {
    const sextant = Math.trunc((2 * hue) / 85);
    const share = ((2 * hue) % 85) / 85;
    // PIL rounds the gaps to the largest channel before it adds them to the border of the sextant.
    const rising = sextant % 2 === 0;
    const border = rising ? sextant + 1 : sextant === 5 ? -1 : sextant;
    const gap = rising ? -Math.fround(1 - share) : Math.fround(share);
    const turns = Math.fround((Math.fround(border + gap) / 6 + 1) % 1);
    if (Math.trunc(turns * 255) < hue) mask[hue >> 5]! |= 1 << (hue & 31);
  }
  return mask;
}

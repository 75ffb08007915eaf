// Tables that all views of one size share: u32 (i32) words [size, size, 4] of resampling weights, then 8 words on hues.

/** Largest side of images: `first` below has eight bits. */
const LARGEST = 256;
/** Fractional bits of a weight, as PIL has them. */
const PRECISION = 22;
/** Reach of the bicubic kernel in source pixels, and so twice as many taps: crops are never shrunk. */
const REACH = 2;
const TAPS = 2 * REACH;
/** 32-bit words, one bit for each hue byte. */
const HUE_WORDS = 8;

/** Words of `viewTables(size)`. */
export function viewTableWords(size: number): number {
  return size * size * TAPS + HUE_WORDS;
}

/**
 * For each side s of a crop (row s − 1) and each output pixel: four weights of PIL's bicubic resampling s → size,
 * 22-bit fixed point in the upper 24 bits of a word; the lower eight bits of the first word are the first source
 * pixel. Then the hues that `hueMask` marks.
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
  const center = (pixel + 0.5) * (side / size);
  const begin = Math.max(0, Math.trunc(center - REACH + 0.5));
  const end = Math.min(side, Math.trunc(center + REACH + 0.5));
  const exact: number[] = [];
  for (let source = begin; source < end; source++) exact.push(bicubic(source + 0.5 - center));
  const total = exact.reduce((sum, weight) => sum + weight, 0);
  const weights = exact.map((weight) => roundAway((weight / total) * 2 ** PRECISION));
  // Where the window ends on pixel centres, rounding can let a fifth tap in, whose weight is 0.
  const skipped = weights.length > TAPS && weights[0] === 0 ? 1 : 0;
  weights.slice(skipped).forEach((weight, tap) => {
    if (tap < TAPS) tables[at + tap] = weight * 256;
    else if (weight !== 0) throw new Error(`views: ${side} → ${size} needs more than ${TAPS} taps`);
  });
  tables[at]! += begin + skipped;
}

/** Keys' cubic kernel with a = -1/2. */
function bicubic(distance: number): number {
  const x = Math.abs(distance);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  if (x < 2) return ((-0.5 * x + 2.5) * x - 4) * x + 2;
  return 0;
}

/** To the nearest whole number, halves away from zero. */
function roundAway(value: number): number {
  return Math.trunc(value + (value < 0 ? -0.5 : 0.5));
}

/**
 * The whole hues that PIL loses. PIL truncates a hue of 255 steps that it computed in single precision. Only where
 * the exact hue is whole can rounding matter, and whole hues are multiples of 2/85 of a sextant, so that one colour
 * of each stands for all.
 * @returns 256 bits; bit k is set if an exact hue of k becomes k − 1
 */
function hueMask(): Uint32Array {
  const mask = new Uint32Array(HUE_WORDS);
  for (let hue = 0; hue < 255; hue++) {
    const sextant = Math.trunc((2 * hue) / 85);
    const share = ((2 * hue) % 85) / 85;
    // Gaps to the largest channel are rounded before they are added to the sextant's border.
    const rising = sextant % 2 === 0;
    const border = rising ? sextant + 1 : sextant === 5 ? -1 : sextant;
    const gap = rising ? -Math.fround(1 - share) : Math.fround(share);
    const turns = Math.fround((Math.fround(border + gap) / 6 + 1) % 1);
    if (Math.trunc(turns * 255) < hue) mask[hue >> 5]! |= 1 << (hue & 31);
  }
  return mask;
}

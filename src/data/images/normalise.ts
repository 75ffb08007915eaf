import type { Images } from './dataset.ts';
import type { Normalisation } from './recipe.ts';

const CHANNELS = 3;

/** f32 [3 · 256]: the network's input for each channel and byte, (byte / 255 − mean) / std. */
export function normalisationTable({ mean, std }: Normalisation): Float32Array {
  const table = new Float32Array(CHANNELS * 256);
  for (let channel = 0; channel < CHANNELS; channel++) {
    for (let byte = 0; byte < 256; byte++) {
      table[channel * 256 + byte] = (byte / 255 - mean[channel]!) / std[channel]!;
    }
  }
  return table;
}

/**
 * images[from, to) as the network's input, without augmentation.
 * @returns f32 [to - from, size, size, 3], at the start of `out` if it is given
 */
export function normaliseImages(
  images: Images,
  from: number,
  to: number,
  normalisation: Normalisation,
  out?: Float32Array,
): Float32Array {
  if (from < 0 || to > images.count || from > to) {
    throw new Error(`normaliseImages: range must lie within 0–${images.count}, got ${from}–${to}`);
  }
  const perImage = images.size * images.size * CHANNELS;
  const target = outputOf('normaliseImages', (to - from) * perImage, out);
  const pixels = images.pixels.subarray(from * perImage, to * perImage);
  normaliseBytes(pixels, normalisationTable(normalisation), target);
  return target;
}

/** Writes RGB bytes through a `normalisationTable` into `target`, from index `at` on. */
export function normaliseBytes(bytes: Uint8Array, table: Float32Array, target: Float32Array, at = 0): void {
  for (let i = 0; i < bytes.length; i += CHANNELS) {
    target[at + i] = table[bytes[i]!]!;
    target[at + i + 1] = table[256 + bytes[i + 1]!]!;
    target[at + i + 2] = table[512 + bytes[i + 2]!]!;
  }
}

/** `length` values at the start of `out`, or a new array. */
export function outputOf(caller: string, length: number, out?: Float32Array): Float32Array {
  if (out === undefined) return new Float32Array(length);
  if (out.length < length) {
    throw new Error(`${caller}: out must hold at least ${length} values, got ${out.length}`);
  }
  return out.subarray(0, length);
}

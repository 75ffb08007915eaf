import type { Decoded } from '../decode.ts';
import { onBlack } from '../onBlack.ts';
import { type PngHeader, pngParts } from './pngChunks.ts';
import { CHANNELS, type Scanlines, scanlines } from './scanlines.ts';

/**
 * Decodes a PNG, in a page, a worker or Node, to the same pixels. Of 16 bits the higher 8 are taken; grey of
 * fewer bits is spread over 0 to 255. Colour spaces (gAMA, cHRM, sRGB, iCCP) are not applied. Of an animation
 * the picture for decoders without animation is taken. It is not turned by its EXIF block.
 * @throws Error in words if it is damaged, or ends before its IEND chunk
 */
export function decodePng(bytes: Uint8Array): Decoded {
  const { header, palette, transparency, data } = pngParts(bytes);
  const { width, height, colour } = header;
  const passes = scanlines(header, data);
  const pixels = new Uint8Array(4 * width * height);
  const put = colour === 'palette' ? paletteWriter(palette, transparency) : WRITERS[CHANNELS[colour]]!;
  const key = transparentColour(header, transparency);
  for (const pass of passes) {
    const samples = sampleReader(header, pass);
    for (let y = 0; y < pass.height; y++) {
      const to = 4 * ((pass.top + y * pass.down) * width + pass.left);
      const row = samples(y);
      put(row, pass.width, pixels, to, 4 * pass.right);
      if (key === null) continue;
      const whole = header.depth === 16 ? rowOf(pass, y) : row;
      blacken(whole, key, pass.width, pixels, to, 4 * pass.right);
    }
  }
  if (colour === 'grey and alpha' || colour === 'rgb and alpha') onBlack(pixels);
  return { width, height, pixels };
}

function rowOf({ bytes, stride }: Scanlines, y: number): Uint8Array {
  return bytes.subarray(y * stride, (y + 1) * stride);
}

/**
 * Gives a row's samples, one after another, as bytes: grey spread over 0 to 255, palette entries as they are.
 * Each call may reuse the memory.
 */
function sampleReader({ depth, colour }: PngHeader, pass: Scanlines): (y: number) => Uint8Array {
  if (depth === 8) return (y) => rowOf(pass, y);
  const { bytes, stride } = pass;
  const row = new Uint8Array(pass.width * CHANNELS[colour]);
  if (depth === 16) {
    return (y) => {
      for (let i = 0; i < row.length; i++) row[i] = bytes[y * stride + 2 * i]!;
      return row;
    };
  }
  const mask = 2 ** depth - 1;
  const factor = colour === 'palette' ? 1 : 255 / mask;
  return (y) => {
    for (let i = 0; i < row.length; i++) {
      const bit = i * depth;
      row[i] = factor * ((bytes[y * stride + (bit >> 3)]! >> (8 - depth - (bit & 7))) & mask);
    }
    return row;
  };
}

/** Writes a row of `width` pixels as RGBA, `step` bytes from one pixel to the next. */
type PutRow = (samples: Uint8Array, width: number, pixels: Uint8Array, to: number, step: number) => void;

/** By the number of channels. */
const WRITERS: Readonly<Record<number, PutRow>> = {
  1: (samples, width, pixels, start, step) => {
    for (let x = 0, to = start; x < width; x++, to += step) {
      pixels.fill(samples[x]!, to, to + 3);
      pixels[to + 3] = 255;
    }
  },
  2: (samples, width, pixels, start, step) => {
    for (let x = 0, to = start; x < width; x++, to += step) {
      pixels.fill(samples[2 * x]!, to, to + 3);
      pixels[to + 3] = samples[2 * x + 1]!;
    }
  },
  3: (samples, width, pixels, start, step) => {
    for (let from = 0, to = start; from < 3 * width; from += 3, to += step) {
      pixels[to] = samples[from]!;
      pixels[to + 1] = samples[from + 1]!;
      pixels[to + 2] = samples[from + 2]!;
      pixels[to + 3] = 255;
    }
  },
  4: (samples, width, pixels, start, step) => {
    for (let from = 0, to = start; from < 4 * width; from += 4, to += step) {
      pixels[to] = samples[from]!;
      pixels[to + 1] = samples[from + 1]!;
      pixels[to + 2] = samples[from + 2]!;
      pixels[to + 3] = samples[from + 3]!;
    }
  },
};

function paletteWriter(palette: Uint8Array | null, transparency: Uint8Array | null): PutRow {
  if (palette === null || palette.length === 0 || palette.length % 3 !== 0) {
    throw new Error(`a palette of ${palette?.length ?? 0} bytes`);
  }
  const entries = palette.length / 3;
  const colours = new Uint8Array(4 * entries);
  for (let i = 0; i < entries; i++) {
    colours.set(palette.subarray(3 * i, 3 * i + 3), 4 * i);
    colours[4 * i + 3] = transparency?.[i] ?? 255;
  }
  onBlack(colours);
  return (samples, width, pixels, start, step) => {
    for (let x = 0, to = start; x < width; x++, to += step) {
      const entry = samples[x]!;
      if (entry >= entries) throw new Error(`the colour ${entry} of a palette of ${entries}`);
      for (let c = 0; c < 4; c++) pixels[to + c] = colours[4 * entry + c]!;
    }
  };
}

/**
 * The bytes of a pixel of the colour that is transparent, as they stand in a row of 16 bits or in the samples
 * of fewer; null: no colour is.
 */
function transparentColour({ depth, colour }: PngHeader, transparency: Uint8Array | null): number[] | null {
  if (transparency === null || (colour !== 'grey' && colour !== 'rgb')) return null;
  const channels = CHANNELS[colour];
  if (transparency.length !== 2 * channels) {
    throw new Error(`a tRNS chunk of ${transparency.length} bytes where ${2 * channels} must be`);
  }
  if (depth === 16) return [...transparency];
  // Only as many bits count as a sample has.
  const largest = 2 ** depth - 1;
  return Array.from({ length: channels }, (_, c) => (transparency[2 * c + 1]! & largest) * (255 / largest));
}

/** Makes the pixels black whose bytes in a row are those of `key`. */
function blacken(
  row: Uint8Array,
  key: readonly number[],
  width: number,
  pixels: Uint8Array,
  start: number,
  step: number,
): void {
  for (let x = 0, to = start; x < width; x++, to += step) {
    if (key.every((value, i) => row[x * key.length + i] === value)) pixels.fill(0, to, to + 3);
  }
}

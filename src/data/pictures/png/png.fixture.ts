import { deflateSync } from 'node:zlib';
import { crc32 } from '../../crc32.ts';

/** A PNG that a test describes sample by sample. */
export interface PngFixture {
  readonly width: number;
  readonly height: number;
  /** The colour type of IHDR: 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha. */
  readonly type: keyof typeof CHANNELS;
  readonly depth: 1 | 2 | 4 | 8 | 16;
  /** [height, width, channels], at the depth of the file. */
  readonly samples: readonly number[];
  readonly interlaced?: boolean;
  /** Whole chunks before and after the pixels. */
  readonly before?: readonly Uint8Array[];
  readonly after?: readonly Uint8Array[];
  /** The pixels' chunks are no longer than this, bytes. */
  readonly piece?: number;
}

const CHANNELS = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const;

/** Writes a PNG from the format's description, with each of the five filters in turn. */
export function pngFile(picture: PngFixture): Uint8Array<ArrayBuffer> {
  const { width, height, type, depth, interlaced = false, before = [], after = [], piece = 1e9 } = picture;
  const header = [...bigEndian(width, 4), ...bigEndian(height, 4), depth, type, 0, 0, interlaced ? 1 : 0];
  const data = deflateSync(Uint8Array.from(passesOf(picture).flat()));
  const pieces = Array.from({ length: Math.ceil(data.length / piece) }, (_, i) =>
    pngChunk('IDAT', data.subarray(i * piece, (i + 1) * piece)),
  );
  const chunks = [pngChunk('IHDR', header), ...before, ...pieces, ...after, pngChunk('IEND', [])];
  return Uint8Array.from([...SIGNATURE, ...chunks.flatMap((chunk) => [...chunk])]);
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** A chunk: its length, its name, its data, and the checksum of name and data. */
export function pngChunk(name: string, data: ArrayLike<number>): Uint8Array {
  const body = Uint8Array.from([...new TextEncoder().encode(name), ...Array.from(data)]);
  return Uint8Array.from([...bigEndian(data.length, 4), ...body, ...bigEndian(crc32(body), 4)]);
}

export function bigEndian(value: number, length: number): number[] {
  return Array.from({ length }, (_, i) => Math.floor(value / 256 ** (length - 1 - i)) % 256);
}

/** For each pass of Adam7 the first row and column, and the steps. */
const ADAM7 = [
  [0, 0, 8, 8],
  [0, 4, 8, 8],
  [4, 0, 8, 4],
  [0, 2, 4, 4],
  [2, 0, 4, 2],
  [0, 1, 2, 2],
  [1, 0, 2, 1],
] as const;

/** The filtered rows of each pass, as bytes. */
function passesOf({ width, height, type, depth, samples, interlaced }: PngFixture): number[][] {
  const channels = CHANNELS[type];
  const step = Math.max(1, (channels * depth) / 8);
  return (interlaced ? ADAM7 : ([[0, 0, 1, 1]] as const)).map(([top, left, down, right]) => {
    const bytes: number[] = [];
    let above: number[] | null = null;
    if (left >= width) return bytes;
    for (let y = top; y < height; y += down) {
      const row: number[] = [];
      for (let x = left; x < width; x += right) {
        row.push(...samples.slice((y * width + x) * channels, (y * width + x + 1) * channels));
      }
      const packed = pack(row, depth);
      bytes.push(...filtered(packed, above, step, y % 5));
      above = packed;
    }
    return bytes;
  });
}

/** Samples as bytes, the first in the highest bits. */
function pack(samples: readonly number[], depth: number): number[] {
  if (depth >= 8) return samples.flatMap((sample) => bigEndian(sample, depth / 8));
  const bits = samples.map((sample) => sample.toString(2).padStart(depth, '0')).join('');
  return Array.from({ length: Math.ceil(bits.length / 8) }, (_, i) =>
    Number.parseInt(bits.slice(8 * i, 8 * i + 8).padEnd(8, '0'), 2),
  );
}

function filtered(
  row: readonly number[],
  above: readonly number[] | null,
  step: number,
  filter: number,
): number[] {
  const differences = row.map((value, i) => {
    const a = row[i - step] ?? 0;
    const b = above?.[i] ?? 0;
    const c = above?.[i - step] ?? 0;
    const nearest = [a, b, c].reduce((best, near) =>
      Math.abs(a + b - c - near) < Math.abs(a + b - c - best) ? near : best,
    );
    return (value - [0, a, b, Math.floor((a + b) / 2), nearest][filter]!) & 255;
  });
  return [filter, ...differences];
}

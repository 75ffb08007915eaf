import { Unzlib, unzlibSync } from 'fflate';
import type { PngColour, PngHeader } from './pngChunks.ts';

/** The rows of a picture, or of one pass of an interlaced one, as bytes without their filters. */
export interface Scanlines {
  /** Pixels of a row. */
  readonly width: number;
  readonly height: number;
  /** Row and column of the picture where the first pixel lies, and the steps to the next ones. */
  readonly top: number;
  readonly left: number;
  readonly down: number;
  readonly right: number;
  /** Bytes of a row. */
  readonly stride: number;
  /** u8 [height, stride]. */
  readonly bytes: Uint8Array;
}

export const CHANNELS: Readonly<Record<PngColour, number>> = {
  grey: 1,
  rgb: 3,
  palette: 1,
  'grey and alpha': 2,
  'rgb and alpha': 4,
};

type Grid = Pick<Scanlines, 'top' | 'left' | 'down' | 'right'>;

const ROW_BY_ROW: readonly Grid[] = [{ top: 0, left: 0, down: 1, right: 1 }];

const ADAM7: readonly Grid[] = [
  { top: 0, left: 0, down: 8, right: 8 },
  { top: 0, left: 4, down: 8, right: 8 },
  { top: 4, left: 0, down: 8, right: 4 },
  { top: 0, left: 2, down: 4, right: 4 },
  { top: 2, left: 0, down: 4, right: 2 },
  { top: 0, left: 1, down: 2, right: 2 },
  { top: 1, left: 0, down: 2, right: 1 },
];

/**
 * Unpacks the rows of a PNG and takes their filters off.
 * @throws Error in words if the stream is damaged or ends before the last row
 */
export function scanlines(
  { width, height, depth, colour, interlaced }: PngHeader,
  data: readonly Uint8Array[],
): Scanlines[] {
  const bits = depth * CHANNELS[colour];
  const passes = (interlaced ? ADAM7 : ROW_BY_ROW)
    .map((grid) => {
      const columns = Math.ceil((width - grid.left) / grid.right);
      const rows = Math.ceil((height - grid.top) / grid.down);
      return { ...grid, width: columns, height: rows, stride: Math.ceil((columns * bits) / 8) };
    })
    .filter((pass) => pass.width > 0 && pass.height > 0);
  const size = passes.reduce((sum, pass) => sum + pass.height * (1 + pass.stride), 0);
  const packed = unpack(data, size);
  let at = 0;
  return passes.map((pass) => {
    const end = at + pass.height * (1 + pass.stride);
    const bytes = unfilter(packed.subarray(at, end), pass.stride, pass.height, Math.ceil(bits / 8));
    at = end;
    return { ...pass, bytes };
  });
}

/**
 * How much of the stream is unpacked at once, bytes. Unpacking stops when the last row is there. So no stream
 * can take the machine's memory or time.
 */
const PIECE = 32_768;
/**
 * The header and the checksum of a zlib stream. What is between them unpacks to at most so many times its
 * bytes.
 */
const ZLIB_FRAME_BYTES = 6;
const LARGEST_RATIO = 1032;

/** The first `size` bytes of a zlib stream. What a stream has after them does not matter. */
function unpack(data: readonly Uint8Array[], size: number): Uint8Array {
  const packed = data.reduce((sum, part) => sum + part.length, 0);
  if ((packed - ZLIB_FRAME_BYTES) * LARGEST_RATIO < size) {
    throw new Error(`${packed} bytes of data for ${size} bytes of pixels`);
  }
  const target = new Uint8Array(size);
  let filled = 0;
  if (packed <= PIECE) {
    // Small pictures come by the thousands, and without a stream's own memory this takes half the time.
    filled = unzlibSync(joined(data, packed), { out: target }).length;
  } else {
    const stream = new Unzlib((chunk) => {
      target.set(chunk.subarray(0, size - filled), filled);
      filled = Math.min(size, filled + chunk.length);
    });
    data.forEach((part, i) => {
      for (let at = 0; filled < size && (at < part.length || at === 0); at += PIECE) {
        const last = i === data.length - 1 && at + PIECE >= part.length;
        stream.push(part.subarray(at, at + PIECE), last);
      }
    });
  }
  if (filled < size) throw new Error(`${filled} bytes of pixels where ${size} must be`);
  return target;
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * Takes the filters off, in place of the filter bytes and the rows: each row was stored as the difference
 * from its left, upper or upper left neighbours, `step` bytes or one row away.
 * @param rows u8 [height, 1 + stride], filter byte first
 * @returns u8 [height, stride], in the same memory
 */
function unfilter(rows: Uint8Array, stride: number, height: number, step: number): Uint8Array {
  for (let y = 0; y < height; y++) {
    const from = y * (1 + stride) + 1;
    const to = y * stride;
    const filter = rows[from - 1]!;
    const up = y === 0 ? null : to - stride;
    rows.copyWithin(to, from, from + stride);
    if (filter === 1) addLeft(rows, to, stride, step);
    else if (filter === 2) addUp(rows, to, stride, up);
    else if (filter === 3) addMean(rows, to, stride, step, up);
    else if (filter === 4) addPaeth(rows, to, stride, step, up);
    else if (filter > 4) throw new Error(`the filter ${filter} in row ${y}`);
  }
  return rows.subarray(0, height * stride);
}

function addLeft(rows: Uint8Array, to: number, stride: number, step: number): void {
  for (let i = to + step; i < to + stride; i++) rows[i] = rows[i]! + rows[i - step]!;
}

function addUp(rows: Uint8Array, to: number, stride: number, up: number | null): void {
  if (up === null) return;
  for (let i = 0; i < stride; i++) rows[to + i] = rows[to + i]! + rows[up + i]!;
}

function addMean(rows: Uint8Array, to: number, stride: number, step: number, up: number | null): void {
  for (let i = 0; i < stride; i++) {
    const left = i < step ? 0 : rows[to + i - step]!;
    const above = up === null ? 0 : rows[up + i]!;
    rows[to + i] = rows[to + i]! + ((left + above) >> 1);
  }
}

function addPaeth(rows: Uint8Array, to: number, stride: number, step: number, up: number | null): void {
  for (let i = 0; i < stride; i++) {
    const left = i < step ? 0 : rows[to + i - step]!;
    const above = up === null ? 0 : rows[up + i]!;
    const corner = up === null || i < step ? 0 : rows[up + i - step]!;
    const fromLeft = Math.abs(above - corner);
    const fromAbove = Math.abs(left - corner);
    const fromCorner = Math.abs(left + above - 2 * corner);
    let nearest = corner;
    if (fromLeft <= fromAbove && fromLeft <= fromCorner) nearest = left;
    else if (fromAbove <= fromCorner) nearest = above;
    rows[to + i] = rows[to + i]! + nearest;
  }
}

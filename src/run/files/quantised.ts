import { fromBase64, toBase64 } from '../../network/weights.ts';

/** A layout with 16 bits for each coordinate: 1/65,535 of its extent, far below a pixel. */
export interface QuantisedLayout {
  /** Smallest x, smallest y, and the larger of width and height. */
  readonly box: readonly [number, number, number];
  /** Base64 of little-endian u16 [2, count]: all x, then all y. */
  readonly xy: string;
}

const STEPS = 65_535;

/** @param xy f32 [count, 2] */
export function quantised(xy: Float32Array): QuantisedLayout {
  const count = xy.length / 2;
  const [left, width] = extent(xy, 0);
  const [bottom, height] = extent(xy, 1);
  // A layout whose points all coincide has no extent.
  const side = Math.max(width, height) || 1;
  const bytes = new Uint8Array(4 * count);
  const view = new DataView(bytes.buffer);
  for (let n = 0; n < count; n++) {
    view.setUint16(2 * n, Math.round(((xy[2 * n]! - left) / side) * STEPS), true);
    view.setUint16(2 * (count + n), Math.round(((xy[2 * n + 1]! - bottom) / side) * STEPS), true);
  }
  return { box: [left, bottom, side], xy: toBase64(bytes) };
}

/**
 * The layout, f32 [count, 2].
 * @param most the number of map images; an evaluation on few images shows the first of them only
 * @throws Error if the text holds no whole number of points, or more
 */
export function layoutOf({ box: [left, bottom, side], xy }: QuantisedLayout, most: number): Float32Array {
  const bytes = fromBase64(xy);
  const count = bytes.length / 4;
  if (!Number.isInteger(count) || count > most)
    throw new Error(`layoutOf: expected at most ${most} points of 4 bytes, got ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const layout = new Float32Array(2 * count);
  for (let n = 0; n < count; n++) {
    layout[2 * n] = left + (view.getUint16(2 * n, true) / STEPS) * side;
    layout[2 * n + 1] = bottom + (view.getUint16(2 * (count + n), true) / STEPS) * side;
  }
  return layout;
}

/** Smallest value and extent of x (0) or y (1). */
function extent(xy: Float32Array, axis: 0 | 1): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = axis; i < xy.length; i += 2) {
    low = Math.min(low, xy[i]!);
    high = Math.max(high, xy[i]!);
  }
  return xy.length > 0 ? [low, high - low] : [0, 0];
}

/**
 * The hard gates of one block, channel by channel. Channels that decide alike for all images then become long
 * runs, which gzip shortens most. @param gates u8 [count, channels], 0 or 1
 */
export function packGates(gates: Uint8Array, channels: number): string {
  const rows = gates.length / channels;
  const bits = new Uint8Array(Math.ceil(gates.length / 8));
  // One pass without calls, as in reading: a run file holds millions of gates.
  let at = 0;
  for (let channel = 0; channel < channels; channel++) {
    for (let n = 0; n < rows; n++, at++) bits[at >> 3]! |= gates[n * channels + channel]! << (at & 7);
  }
  return toBase64(bits);
}

/** Gates that `packGates` packed, u8 [count, channels]. @throws Error if the text does not hold so many */
export function unpackGates(text: string, count: number, channels: number): Uint8Array {
  const bits = fromBase64(text);
  const bytes = Math.ceil((count * channels) / 8);
  if (bits.length !== bytes) {
    throw new Error(`unpackGates: ${count * channels} flags must have ${bytes} bytes, got ${bits.length}`);
  }
  // One pass without calls: this runs for millions of gates before the page shows anything.
  const gates = new Uint8Array(count * channels);
  let at = 0;
  for (let channel = 0; channel < channels; channel++) {
    for (let n = 0; n < count; n++, at++) {
      gates[n * channels + channel] = (bits[at >> 3]! >> (at & 7)) & 1;
    }
  }
  return gates;
}

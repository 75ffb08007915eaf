import { goldenFloats, toQuads } from '../gate/gateRows.fixture.ts';
import type { NormRows } from './rowNorm.ts';

// BatchNorm over rows in plain loops and float64: what the shaders are held to.

/** Mean and biased variance of one column of pass `pass` of x [rows, channels]. */
export function columnMoments(x: ArrayLike<number>, norm: NormRows, pass: number, channel: number) {
  const first = pass * norm.rows;
  let mean = 0;
  for (let row = first; row < first + norm.rows; row++) mean += x[row * norm.channels + channel]! / norm.rows;
  let variance = 0;
  for (let row = first; row < first + norm.rows; row++) {
    variance += (x[row * norm.channels + channel]! - mean) ** 2 / norm.rows;
  }
  return { mean, variance };
}

/** The passes that `norm` is about. */
export function passesOf({ passes, firstPass = 0 }: NormRows): number[] {
  return Array.from({ length: passes }, (_, i) => firstPass + i);
}

/** y of column `channel` in pass `pass`, row by row. */
export function normalisedColumn(
  x: ArrayLike<number>,
  affine: { readonly scale: ArrayLike<number>; readonly shift: ArrayLike<number> },
  norm: NormRows,
  pass: number,
  channel: number,
): number[] {
  const { mean, variance } = columnMoments(x, norm, pass, channel);
  return Array.from({ length: norm.rows }, (_, row) => {
    const centred = x[(pass * norm.rows + row) * norm.channels + channel]! - mean;
    const value = (affine.scale[channel]! * centred) / Math.sqrt(variance + 1e-5) + affine.shift[channel]!;
    return norm.relu ? Math.max(value, 0) : value;
  });
}

/** Two vectors [channels] one after the other, each in quads. */
export function pair(first: ArrayLike<number>, second: ArrayLike<number>): Float32Array<ArrayBuffer> {
  const pitch = 4 * Math.ceil(first.length / 4);
  const stored = new Float32Array(2 * pitch);
  stored.set(Array.from(first));
  stored.set(Array.from(second), pitch);
  return stored;
}

/** Passes, rows, channels and ReLU that reach every edge; the third and fourth leave passes out. */
export const NORMS: readonly (NormRows & { readonly all: number })[] = [
  { rows: 1, passes: 2, all: 2, channels: 3, relu: false },
  { rows: 2, passes: 2, all: 2, channels: 1, relu: true },
  { rows: 7, passes: 1, firstPass: 1, all: 3, channels: 63, relu: true },
  { rows: 65, passes: 2, firstPass: 1, all: 4, channels: 5, relu: false },
  { rows: 63, passes: 2, all: 2, channels: 65, relu: true },
];

/** A golden array [N, C, H, W] or [N, C] as rows of pixels, in quads. */
export function goldenRows(array: { readonly shape: readonly number[]; readonly f32: string }) {
  const [images, channels, height = 1, width = 1] = array.shape as [number, number, number?, number?];
  const pixels = height * width;
  const golden = goldenFloats(array);
  const values = Float32Array.from(golden, (_, i) => {
    const [row, c] = [Math.trunc(i / channels), i % channels];
    return golden[(Math.trunc(row / pixels) * channels + c) * pixels + (row % pixels)]!;
  });
  return { rows: images * pixels, channels, values: toQuads(values, channels) };
}

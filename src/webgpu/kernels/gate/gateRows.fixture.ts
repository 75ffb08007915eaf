import { quads } from '../../../plan/maps.ts';

/** Rows of `columns` numbers as kernels store them: columns in whole quads, the padding `fill`. */
export function toQuads(values: ArrayLike<number>, columns: number, fill = 0): Float32Array<ArrayBuffer> {
  const rows = values.length / columns;
  const stride = 4 * quads(columns);
  const stored = new Float32Array(rows * stride).fill(fill);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      stored[row * stride + column] = values[row * columns + column]!;
    }
  }
  return stored;
}

/** `count` numbers in [-1, 1) that look random and are the same every time. */
export function scattered(count: number, from = 1): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: count }, (_, i) => {
    const fraction = Math.sin((i + from) * 12.9898) * 43758.5453;
    return 2 * (fraction - Math.floor(fraction)) - 1;
  });
}

/** Largest |got − expected| over the largest |expected|; NaN where a number is missing or not one. */
export function relativeError(got: ArrayLike<number>, expected: ArrayLike<number>): number {
  const apart = Array.from(expected, (value, i) => Math.abs((got[i] ?? Number.NaN) - value));
  const sizes = Array.from(expected, Math.abs);
  const largest = (values: number[]) => values.reduce((most, value) => Math.max(most, value), 0);
  return largest(apart) / Math.max(largest(sizes), Number.MIN_VALUE);
}

/** The float32 values of an array in a golden file. */
export function goldenFloats({ f32 }: { readonly f32: string }): Float32Array<ArrayBuffer> {
  const bytes = Uint8Array.from(atob(f32), (character) => character.charCodeAt(0));
  return new Float32Array(bytes.buffer);
}

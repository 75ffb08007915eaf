import { sizeOf } from '../network/parameters.ts';
import { hashedUniform } from '../random.ts';

/** Values from −1 to 1 that float32 holds exactly, as many as the shape has. */
export function noise(seed: number, shape: readonly number[]): Float32Array {
  return Float32Array.from({ length: sizeOf(shape) }, (_, i) => 2 * hashedUniform(seed, i) - 1);
}

/**
 * Largest difference divided by the largest expected value; infinite if there is a NaN or the numbers of
 * values differ.
 */
export function deviation(got: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (got.length !== expected.length) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let scale = 0;
  for (let i = 0; i < expected.length; i++) {
    const off = Math.abs(got[i]! - expected[i]!);
    if (!(off < Number.POSITIVE_INFINITY)) return Number.POSITIVE_INFINITY;
    difference = Math.max(difference, off);
    scale = Math.max(scale, Math.abs(expected[i]!));
  }
  return difference === 0 ? 0 : difference / scale;
}

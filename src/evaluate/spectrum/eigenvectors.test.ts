import { describe, expect, it } from 'vitest';
import { hashedUniform } from '../../random.ts';
import { symmetricEigenvalues } from './eigenvalues.ts';
import { largestEigenpairs } from './eigenvectors.ts';

/** A covariance of random rows, [size, size]. */
function covariance(size: number, rows: number, seed: number): Float64Array {
  const values = Float64Array.from({ length: rows * size }, (_, i) => hashedUniform(seed, i) - 0.5);
  const matrix = new Float64Array(size * size);
  for (let a = 0; a < size; a++)
    for (let b = 0; b < size; b++)
      for (let n = 0; n < rows; n++) matrix[a * size + b]! += values[n * size + a]! * values[n * size + b]!;
  return matrix;
}

/** The largest entry of A v − λ v over all pairs, and of the vectors' products less the identity. */
function faults(matrix: Float64Array, size: number, count: number): [number, number] {
  const { values, vectors } = largestEigenpairs(matrix, size, count);
  let [residual, skew] = [0, 0];
  for (let p = 0; p < count; p++) {
    for (let i = 0; i < size; i++) {
      let sum = -values[p]! * vectors[p * size + i]!;
      for (let j = 0; j < size; j++) sum += matrix[i * size + j]! * vectors[p * size + j]!;
      residual = Math.max(residual, Math.abs(sum));
    }
    for (let q = 0; q < count; q++) {
      let product = p === q ? -1 : 0;
      for (let i = 0; i < size; i++) product += vectors[p * size + i]! * vectors[q * size + i]!;
      skew = Math.max(skew, Math.abs(product));
    }
  }
  return [residual, skew];
}

describe('largestEigenpairs', () => {
  it.each([1, 3, 63, 65])('fulfil A v = λ v at right angles, %d rows', (size) => {
    const matrix = covariance(size, 2 * size, size);
    for (const count of [1, size]) {
      const [residual, skew] = faults(matrix, size, count);
      expect(residual).toBeLessThan(1e-11);
      expect(skew).toBeLessThan(1e-12);
    }
    expect(largestEigenpairs(matrix, size, 1).values[0]).toBe(symmetricEigenvalues(matrix, size)[0]);
  });

  it('stand at right angles where eigenvalues are equal', () => {
    const size = 9;
    const identity = new Float64Array(size * size);
    for (let i = 0; i < size; i++) identity[i * size + i] = i < 5 ? 2 : 1;
    expect(Math.max(...faults(identity, size, size))).toBeLessThan(1e-12);
    expect(Math.max(...faults(new Float64Array(size * size), size, size))).toBeLessThan(1e-12);
    // Fewer rows than dimensions: most eigenvalues are 0.
    expect(Math.max(...faults(covariance(65, 3, 1), 65, 65))).toBeLessThan(1e-11);
  });
});

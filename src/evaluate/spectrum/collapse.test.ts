import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { hashedUniform } from '../../random.ts';
import { moments } from '../moments.ts';
import { featureRows } from '../rows.ts';
import { effectiveRank, spreadOf } from './collapse.ts';
import { symmetricEigenvalues } from './eigenvalues.ts';

beforeEach(() => tf.setBackend('cpu'));

/** A symmetric matrix with the given eigenvalues, rotated in every plane of two neighbouring axes. */
function turned(values: readonly number[]): Float64Array {
  const size = values.length;
  const a = new Float64Array(size * size);
  values.forEach((value, i) => {
    a[i * size + i] = value;
  });
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i + 1 < size; i++) {
      const angle = 6 * hashedUniform(round, i);
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      for (let k = 0; k < size; k++) {
        const [x, y] = [a[i * size + k]!, a[(i + 1) * size + k]!];
        a[i * size + k] = c * x - s * y;
        a[(i + 1) * size + k] = s * x + c * y;
      }
      for (let k = 0; k < size; k++) {
        const [x, y] = [a[k * size + i]!, a[k * size + i + 1]!];
        a[k * size + i] = c * x - s * y;
        a[k * size + i + 1] = s * x + c * y;
      }
    }
  }
  return a;
}

describe('symmetricEigenvalues', () => {
  it.each([
    [[3]],
    [[2, -5]],
    [[7, 7, 7, 1, 0]],
    [[1e6, 40, 3, 1, 1e-3, 0, -2]],
    [Array.from({ length: 33 }, (_, i) => 1 / (1 + i))],
  ])('are those that the matrix was turned from: %j', (values) => {
    const sorted = values.toSorted((a, b) => b - a);
    const found = symmetricEigenvalues(turned(values), values.length);
    for (const [i, value] of found.entries()) {
      expect(Math.abs(value - sorted[i]!)).toBeLessThan(1e-13 * Math.abs(sorted[0]!) * values.length);
    }
  });

  it('of a diagonal matrix are its diagonal', () => {
    expect(Array.from(symmetricEigenvalues(Float64Array.of(1, 0, 0, 0, 3, 0, 0, 0, 2), 3))).toEqual([
      3, 2, 1,
    ]);
  });

  it('of a matrix of zeros are zeros', () => {
    for (const value of symmetricEigenvalues(new Float64Array(9), 3)) expect(value).toBeCloseTo(0, 12);
  });
});

describe('effectiveRank', () => {
  it('counts directions that are used alike, and weighs those that are not', () => {
    expect(effectiveRank(Float64Array.of(4, 4, 4, 0, 0))).toBeCloseTo(3, 12);
    expect(effectiveRank(Float64Array.of(9, 0))).toBe(1);
    expect(effectiveRank(new Float64Array(4))).toBe(0);
    // The singular values are 3 : 1, so the shares are ¾ and ¼.
    expect(effectiveRank(Float64Array.of(9, 1))).toBeCloseTo((4 / 3) ** 0.75 * 4 ** 0.25, 12);
  });
});

describe('spreadOf', () => {
  const N = 400;
  const spreadFrom = async (dimension: number, classes: number, value: (n: number, d: number) => number) => {
    const features = Float32Array.from({ length: N * dimension }, (_, i) =>
      value(Math.floor(i / dimension), i % dimension),
    );
    const labels = Uint8Array.from({ length: N }, (_, n) => n % classes);
    return spreadOf(await moments(featureRows(features, dimension), labels, classes));
  };
  const noise = (n: number, d: number) => hashedUniform(11 + d, n) - 0.5;

  it('finds independent dimensions healthy', async () => {
    const spread = await spreadFrom(6, 3, noise);
    expect(spread.effectiveRank).toBeGreaterThan(5.9);
    expect(spread.alarm).toBeNull();
    expect(spread.dead).toBe(0);
    for (const deviation of spread.deviations) expect(deviation).toBeCloseTo(Math.sqrt(1 / 12), 1);
    expect(spread.spectrum.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
    expect(spread.relativeSpread).toBeGreaterThan(0.99);
  });

  it('does not mind the scale of a dimension’s mean', async () => {
    const there = await spreadFrom(4, 3, (n, d) => noise(n, d) + 2);
    const here = await spreadFrom(4, 3, noise);
    expect(there.effectiveRank).toBeCloseTo(here.effectiveRank, 4);
    expect(there.relativeSpread).toBeLessThan(0.2);
  });

  it('raises the alarm when every image gives nearly the same', async () => {
    const { alarm } = await spreadFrom(6, 3, (n, d) => 5 + 0.01 * noise(n, d));
    expect(alarm).toMatch(/^Collapsed: .*alarm below 1 %/);
  });

  it('raises the alarm when fewer directions are used than classes need', async () => {
    const { alarm, effectiveRank: rank } = await spreadFrom(8, 5, (n, d) => noise(n, d % 2));
    expect(rank).toBeCloseTo(2, 1);
    expect(alarm).toMatch(/^Dimensional collapse: the effective rank is 2\.00 of 8.*needs 4 directions/);
  });

  it('raises the alarm when most dimensions are dead', async () => {
    const { alarm, dead } = await spreadFrom(7, 3, (n, d) => (d < 3 ? noise(n, d) : 0));
    expect(dead).toBe(4);
    expect(alarm).toMatch(/^Dead dimensions: 4 of 7/);
  });
});

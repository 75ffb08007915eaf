import { describe, expect, it } from 'vitest';
import { stream } from '../../random.ts';
import { pca } from './pca.ts';

/** Points with the given deviations along random orthonormal axes, around a centre far from 0. */
function cloud(count: number, deviations: readonly number[], seed: number) {
  const random = stream(seed, 'init');
  const dimension = deviations.length;
  const axes: number[][] = [];
  while (axes.length < dimension) {
    const axis = Array.from({ length: dimension }, () => random.normal());
    for (const other of axes) {
      const along = dot(axis, other);
      for (let d = 0; d < dimension; d++) axis[d]! -= along * other[d]!;
    }
    const length = Math.hypot(...axis);
    axes.push(axis.map((value) => value / length));
  }
  const features = new Float32Array(count * dimension);
  const scores: number[][] = [];
  for (let n = 0; n < count; n++) {
    const own = deviations.map((deviation) => deviation * random.normal());
    scores.push(own);
    for (let d = 0; d < dimension; d++) {
      features[n * dimension + d] = 50 + own.reduce((sum, value, a) => sum + value * axes[a]![d]!, 0);
    }
  }
  return { features, scores };
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const centred = [a, b].map((values) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return values.map((value) => value - mean);
  });
  const [x, y] = centred as [number[], number[]];
  return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
}

const column = (xy: Float32Array, c: number) => Array.from(xy).filter((_, i) => i % 2 === c);

describe('pca', () => {
  it('finds the two directions of largest variance, largest first', () => {
    const { features, scores } = cloud(400, [1, 7, 0.5, 3, 1], 1);
    const xy = pca(features, 5);
    expect(
      Math.abs(
        correlation(
          column(xy, 0),
          scores.map((own) => own[1]!),
        ),
      ),
    ).toBeGreaterThan(0.995);
    expect(
      Math.abs(
        correlation(
          column(xy, 1),
          scores.map((own) => own[3]!),
        ),
      ),
    ).toBeGreaterThan(0.98);
    const deviation = Math.hypot(...column(xy, 0)) / Math.sqrt(400);
    expect(deviation).toBeCloseTo(Math.hypot(...scores.map((own) => own[1]!)) / Math.sqrt(400), 0);
  });

  it('gives centred, uncorrelated coordinates, also in more dimensions than points', () => {
    const { features } = cloud(
      31,
      Array.from({ length: 65 }, (_, d) => 1 + d / 65),
      2,
    );
    const xy = pca(features, 65);
    for (const c of [0, 1]) expect(column(xy, c).reduce((a, b) => a + b, 0)).toBeCloseTo(0, 3);
    expect(Math.abs(correlation(column(xy, 0), column(xy, 1)))).toBeLessThan(1e-4);
  });

  it('has a direction whose largest loading is positive', () => {
    // One feature carries all the variance, so the coordinate must rise with it.
    const features = Float32Array.of(0, 5, 0, -2, 0, 1, 0, -4);
    const mean = 0;
    expect(column(pca(features, 2), 0)).toEqual([5 - mean, -2, 1, -4]);
    expect(
      column(
        pca(
          features.map((value) => -value),
          2,
        ),
        0,
      ),
    ).toEqual([-5, 2, -1, 4]);
  });

  it('gives the same layout each time', () => {
    const { features } = cloud(50, [1, 1, 1], 3);
    expect(pca(features, 3)).toEqual(pca(features, 3));
  });

  it('draws collapsed features as one point, and a line as a line', () => {
    expect(pca(new Float32Array(12).fill(0.3), 4)).toEqual(new Float32Array(6));
    const line = pca(Float32Array.of(1, 2, 3, 2, 4, 6, 4, 8, 12), 3);
    expect(column(line, 1).every((value) => Math.abs(value) < 1e-5)).toBe(true);
    expect(Math.abs(line[0]!)).toBeGreaterThan(1);
  });

  it('keeps features of one dimension', () => {
    expect(Array.from(pca(Float32Array.of(1, 3), 1))).toEqual([-1, 0, 1, 0]);
  });

  it('refuses features that are not finite, or not whole rows', () => {
    expect(() => pca(Float32Array.of(1, Number.NaN), 1)).toThrow('must be finite');
    expect(() => pca(new Float32Array(5), 2)).toThrow('whole rows of 2 values, got 5');
    expect(() => pca(new Float32Array(0), 2)).toThrow('got 0');
  });
});

import { describe, expect, it } from 'vitest';
import { hashedUniform } from '../../random.ts';
import { alphaReQ, featureRanks, rankMe } from './featureRanks.ts';

const noise = (n: number, d: number) => hashedUniform(11 + d, n) - 0.5;

function featuresOf(count: number, dimension: number, value: (n: number, d: number) => number) {
  return Float32Array.from({ length: count * dimension }, (_, i) =>
    value(Math.floor(i / dimension), i % dimension),
  );
}

/** Singular values by one-sided Jacobi rotations of the columns, float64. */
function singularValues(rows: Float32Array, dimension: number, centred: boolean): number[] {
  const count = rows.length / dimension;
  const columns = Array.from({ length: dimension }, (_, d) => {
    const column = Array.from({ length: count }, (_, n) => rows[n * dimension + d]!);
    const mean = column.reduce((sum, value) => sum + value, 0) / count;
    return column.map((value) => value - (centred ? mean : 0));
  });
  const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  for (let sweep = 0; sweep < 30; sweep++) {
    for (let p = 0; p < dimension; p++) {
      for (let q = p + 1; q < dimension; q++) {
        const [a, b] = [columns[p]!, columns[q]!];
        const angle = Math.atan2(2 * dot(a, b), dot(a, a) - dot(b, b)) / 2;
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        columns[p] = a.map((value, i) => c * value + s * b[i]!);
        columns[q] = a.map((value, i) => c * b[i]! - s * value);
      }
    }
  }
  return columns.map((column) => Math.sqrt(dot(column, column))).sort((a, b) => b - a);
}

const entropyRank = (singular: readonly number[], epsilon: number) => {
  const sum = singular.reduce((all, value) => all + value, 0);
  const shares = singular.map((value) => value / sum + epsilon);
  return Math.exp(-shares.reduce((all, share) => all + (share > 0 ? share * Math.log(share) : 0), 0));
};

describe('featureRanks', () => {
  it.each([
    [63, 3],
    [65, 16],
    [40, 33],
  ])('of %i images and %i dimensions are those of the singular values', (count, dimension) => {
    const features = featuresOf(count, dimension, (n, d) => 0.7 + noise(n, d) / (1 + d));
    const found = featureRanks(features, dimension);
    expect(found.dimension).toBe(dimension);
    expect(found.rankMe).toBeCloseTo(entropyRank(singularValues(features, dimension, false), 1e-7), 8);
    expect(found.effectiveRank).toBeCloseTo(entropyRank(singularValues(features, dimension, true), 0), 8);
  });

  it('never exceed the number of images or of dimensions', () => {
    const few = featureRanks(featuresOf(5, 32, noise), 32);
    expect(few.rankMe).toBeLessThan(5.01);
    expect(few.effectiveRank).toBeLessThan(4.01);
    expect(few.alpha).toBeNull();
    expect(featureRanks(featuresOf(400, 6, noise), 6).effectiveRank).toBeGreaterThan(5.9);
  });

  it('of the same feature for every image are 1 with its mean, and 0 without', () => {
    const same = featureRanks(
      featuresOf(9, 4, () => 2),
      4,
    );
    expect(same.rankMe).toBeCloseTo(1, 4);
    expect(same).toMatchObject({ effectiveRank: 0, alpha: null });
    expect(featureRanks(new Float32Array(12), 4)).toMatchObject({ rankMe: 0, effectiveRank: 0 });
  });

  it('of one image are finite', () => {
    expect(featureRanks(featuresOf(1, 3, noise), 3)).toMatchObject({ effectiveRank: 0, alpha: null });
  });
});

describe('rankMe', () => {
  it('counts directions that are used alike', () => {
    expect(rankMe(Float64Array.of(4, 4, 4, 0, 0))).toBeCloseTo(3, 4);
    // The singular values are 3 : 1, so the shares are ¾ and ¼.
    expect(rankMe(Float64Array.of(9, 1))).toBeCloseTo((4 / 3) ** 0.75 * 4 ** 0.25, 5);
  });
});

describe('alphaReQ', () => {
  it.each([15, 32, 63, 64, 65, 512])('is the exponent of a power law of %i eigenvalues', (count) => {
    const law = (alpha: number) => Float64Array.from({ length: count }, (_, i) => 7 * (i + 1) ** -alpha);
    for (const alpha of [0, 0.5, 1, 2.5]) expect(alphaReQ(law(alpha))).toBeCloseTo(alpha, 9);
  });

  it('reads the 6th to the 100th eigenvalue alone', () => {
    const values = Float64Array.from({ length: 128 }, (_, i) => 1 / (i + 1));
    const other = values.map((value, i) => (i < 5 ? value * 50 : i < 100 ? value : value / 9));
    expect(alphaReQ(other)).toBeCloseTo(1, 9);
  });

  it('is the slope of a weighted line, found by small steps down the error', () => {
    const values = Float64Array.from({ length: 64 }, (_, i) => Math.exp(-0.05 * i) * (2 + noise(1, i)));
    values.sort((a, b) => b - a);
    const error = (alpha: number) => {
      const places = Array.from({ length: 59 }, (_, i) => i + 6);
      const rest = places.map((place) => Math.log(values[place - 1]!) + alpha * Math.log(place));
      const sum = places.reduce((all, place) => all + 1 / place, 0);
      const middle = rest.reduce((all, value, i) => all + value / places[i]!, 0) / sum;
      return rest.reduce((all, value, i) => all + (value - middle) ** 2 / places[i]!, 0);
    };
    let [low, high] = [0, 9];
    for (let i = 0; i < 100; i++) {
      const [a, b] = [low + (high - low) / 3, high - (high - low) / 3];
      if (error(a) < error(b)) high = b;
      else low = a;
    }
    expect(alphaReQ(values)).toBeCloseTo(low, 6);
  });

  it('leaves out what rounding made, and says nothing of fewer than ten', () => {
    const law = Float64Array.from({ length: 40 }, (_, i) => (i < 20 ? 1 / (i + 1) : 1e-16));
    expect(alphaReQ(law)).toBeCloseTo(1, 9);
    expect(alphaReQ(law.map((value, i) => (i < 14 ? value : 0)))).toBeNull();
    expect(alphaReQ(new Float64Array(40))).toBeNull();
  });
});

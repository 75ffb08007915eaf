import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { hashedUniform } from '../random.ts';
import { solvePositive } from './cholesky.ts';
import { moments } from './moments.ts';
import { classify, ridgeProbe } from './ridge.ts';
import { featureRows } from './rows.ts';

beforeEach(() => tf.setBackend('cpu'));

const N = 61;
const D = 5;
const C = 3;
const labels = Uint8Array.from({ length: N }, (_, n) => (n * 7) % C);
/** Noise that depends on its label; each dimension has another mean and scale. */
const features = Float32Array.from({ length: N * D }, (_, i) => {
  const [n, d] = [Math.floor(i / D), i % D];
  return 10 * d + (d + 1) * (hashedUniform(3, i) + (labels[n] === d ? 0.6 : 0));
});

/**
 * Mean squared error of standardised features with bias, plus the penalty. Ridge regression minimises this
 * sum.
 */
function objective(weight: Float64Array, bias: Float64Array, lambda: number): number {
  const column = (d: number) => Array.from({ length: N }, (_, n) => features[n * D + d]!);
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const standard = Array.from({ length: D }, (_, d) => {
    const centre = mean(column(d));
    const deviation = Math.sqrt(mean(column(d).map((value) => (value - centre) ** 2)));
    return column(d).map((value) => (value - centre) / deviation);
  });
  let error = 0;
  for (let n = 0; n < N; n++) {
    for (let c = 0; c < C; c++) {
      let score = bias[c]! - (labels[n] === c ? 1 : 0);
      for (let d = 0; d < D; d++) score += standard[d]![n]! * weight[d * C + c]!;
      error += score ** 2 / N;
    }
  }
  return error + lambda * weight.reduce((sum, value) => sum + value ** 2, 0);
}

describe('the ridge probe', () => {
  it('stands where no step in any weight or bias makes the penalised error smaller', async () => {
    const probe = ridgeProbe(await moments(featureRows(features, D), labels, C), D, 0.1);
    const least = objective(probe.weight, probe.bias, 0.1);
    for (const step of [-1e-3, 1e-3]) {
      for (let i = 0; i < D * C; i++) {
        const moved = probe.weight.slice();
        moved[i]! += step;
        expect(objective(moved, probe.bias, 0.1)).toBeGreaterThan(least);
      }
      for (let c = 0; c < C; c++) {
        const moved = probe.bias.slice();
        moved[c]! += step;
        expect(objective(probe.weight, moved, 0.1)).toBeGreaterThan(least);
      }
    }
  });

  it('of the first dimensions equals the probe of features cut to them', async () => {
    const cut = 3;
    const short = features.filter((_, i) => i % D < cut);
    const whole = ridgeProbe(await moments(featureRows(features, D), labels, C), cut);
    const alone = ridgeProbe(await moments(featureRows(short, cut), labels, C));
    for (const [i, value] of whole.weight.entries()) expect(value).toBeCloseTo(alone.weight[i]!, 6);
  });

  it('tells classes apart that lie apart, and does not mind dead dimensions', async () => {
    const apart = Float32Array.from({ length: N * 3 }, (_, i) => {
      const n = Math.floor(i / 3);
      if (i % 3 === 2) return 4;
      const angle = (2 * Math.PI * labels[n]!) / C;
      return 1000 + (i % 3 === 0 ? Math.cos(angle) : Math.sin(angle)) + 0.2 * hashedUniform(5, i);
    });
    const rows = featureRows(apart, 3);
    const learnt = await moments(rows, labels, C);
    expect(learnt.deviation[2]).toBe(0);
    const probe = ridgeProbe(learnt);
    expect(probe.weight.slice(2 * C)).toEqual(new Float64Array(C));
    expect(classify(probe, rows, learnt)).toEqual(labels);
  });

  it('of features without any variance gives everything to the most frequent class', async () => {
    const rows = featureRows(new Float32Array(8).fill(2), 2);
    const learnt = await moments(rows, Uint8Array.of(1, 0, 1, 1), 2);
    expect(classify(ridgeProbe(learnt), rows, learnt)).toEqual(Uint8Array.of(1, 1, 1, 1));
  });

  it('names a row count, a label or a value that does not fit', async () => {
    const rows = featureRows(Float32Array.of(1, 2, 3), 1);
    await expect(moments(rows, Uint8Array.of(0), 2)).rejects.toThrow('one label per row, 3, got 1');
    await expect(moments(rows, Uint8Array.of(0, 2, 0), 2)).rejects.toThrow('got 2 at row 1');
    await expect(moments(featureRows(Float32Array.of(Number.NaN), 1), Uint8Array.of(0), 1)).rejects.toThrow(
      'finite',
    );
  });
});

describe('moments', () => {
  it('are the correlations of the features', async () => {
    const { correlation, mean } = await moments(featureRows(features, D), labels, C);
    for (let d = 0; d < D; d++) {
      expect(correlation[d * D + d]).toBeCloseTo(1, 5);
      for (let e = 0; e < d; e++) expect(correlation[d * D + e]).toBeCloseTo(correlation[e * D + d]!, 6);
    }
    const [x, y] = [0, 1].map((d) => Array.from({ length: N }, (_, n) => features[n * D + d]! - mean[d]!));
    const product = (a: number[], b: number[]) => a.reduce((sum, value, n) => sum + value * b[n]!, 0);
    const expected = product(x!, y!) / Math.sqrt(product(x!, x!) * product(y!, y!));
    expect(correlation[1]).toBeCloseTo(expected, 5);
  });
});

describe('solvePositive', () => {
  it('gives back the solution that the right side was made of', () => {
    const size = 7;
    const half = Array.from({ length: size * size }, (_, i) => hashedUniform(8, i) - 0.5);
    const matrix = new Float64Array(size * size);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        for (let k = 0; k < size; k++) matrix[i * size + j]! += half[i * size + k]! * half[j * size + k]!;
      }
      matrix[i * size + i]! += 0.1;
    }
    const solution = Float64Array.from({ length: size * 2 }, (_, i) => i - 6);
    const right = new Float64Array(size * 2);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        for (let c = 0; c < 2; c++) right[i * 2 + c]! += matrix[i * size + j]! * solution[j * 2 + c]!;
      }
    }
    const solved = solvePositive(matrix, size, right, 2);
    for (const [i, value] of solved.entries()) expect(value).toBeCloseTo(solution[i]!, 8);
  });

  it('refuses a matrix that is not positive definite', () => {
    expect(() => solvePositive(Float64Array.of(1, 2, 2, 1), 2, Float64Array.of(1, 1), 1)).toThrow(
      'positive definite',
    );
  });
});

import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { hashedUniform } from '../random.ts';
import { accuracy } from './knn.ts';
import { type Moments, moments, standardise } from './moments.ts';
import { classify, ridgeProbe } from './ridge.ts';
import { featureRows } from './rows.ts';
import { prefixOf, sharedProbe } from './sharedProbe.ts';

beforeEach(() => tf.setBackend('cpu'));

const N = 90;
const C = 3;
const labels = Uint8Array.from({ length: N }, (_, n) => n % C);

/** Features that depend on their label in the direction of `sign`. */
function features(dimension: number, seed: number, sign: number): Float32Array {
  return Float32Array.from({ length: N * dimension }, (_, i) => {
    const [n, d] = [Math.floor(i / dimension), i % dimension];
    return hashedUniform(seed, i) + (labels[n] === d % C ? sign : 0);
  });
}
const momentsOf = (values: Float32Array, dimension: number): Promise<Moments> =>
  moments(featureRows(values, dimension), labels, C);

/** Sum of the squared errors of all widths with one weight matrix. */
function summedError(
  weight: Float64Array,
  bias: Float64Array,
  sets: readonly (readonly [Float32Array, Moments])[],
) {
  let sum = 0;
  for (const [values, known] of sets) {
    const rows = standardise(values, known);
    for (let n = 0; n < N; n++) {
      for (let c = 0; c < C; c++) {
        let score = bias[c]! - (labels[n] === c ? 1 : 0);
        for (let d = 0; d < known.dimension; d++)
          score += rows[n * known.dimension + d]! * weight[d * C + c]!;
        sum += score ** 2 / N;
      }
    }
  }
  return sum;
}

describe('the probe that all widths share', () => {
  it('of one width is that width’s own', async () => {
    const only = await momentsOf(features(5, 1, 0.4), 5);
    expect(sharedProbe([only])).toEqual(ridgeProbe(only));
  });

  it('makes the summed error of the widths least: every step away raises it', async () => {
    const [narrow, wide] = [features(2, 1, 0.4), features(5, 2, -0.3)];
    const sets = [
      [narrow, await momentsOf(narrow, 2)],
      [wide, await momentsOf(wide, 5)],
    ] as const;
    const probe = sharedProbe(
      sets.map(([, known]) => known),
      1e-9,
    );
    const least = summedError(probe.weight, probe.bias, sets);
    for (let i = 0; i < probe.weight.length; i++) {
      for (const step of [-1e-3, 1e-3]) {
        const moved = probe.weight.slice();
        moved[i]! += step;
        expect(summedError(moved, probe.bias, sets)).toBeGreaterThan(least);
      }
    }
  });

  it('cannot serve widths that want opposite weights, where probes of their own can', async () => {
    const [narrow, wide] = [features(3, 1, 0.9), features(3, 2, -0.9)];
    const widths = [await momentsOf(narrow, 3), await momentsOf(wide, 3)];
    const shared = sharedProbe(widths);
    const right = (values: Float32Array, known: Moments, probe: ReturnType<typeof ridgeProbe>) =>
      accuracy(classify(probe, featureRows(values, 3), known), labels);
    for (const [i, values] of [narrow, wide].entries()) {
      const known = widths[i]!;
      const own = right(values, known, ridgeProbe(known));
      expect(own).toBeGreaterThan(0.8);
      expect(right(values, known, prefixOf(shared, 3))).toBeLessThan(own);
    }
  });
});

import * as tf from '@tensorflow/tfjs';
import { setThreadsCount } from '@tensorflow/tfjs-backend-wasm';
import { beforeEach, describe, expect, it } from 'vitest';
import { stream } from '../random.ts';
import { lot } from './lot.ts';
import { type Distance, nearestRows } from './nearest.ts';
import { featureRows } from './rows.ts';

setThreadsCount(1);

function randomRows(count: number, dimension: number, seed: number): Float32Array {
  const random = stream(seed, 'init');
  return Float32Array.from({ length: count * dimension }, () => random.normal() + 0.5);
}

/** All pairs in double precision, with every row sorted completely. */
function bruteForce(bank: Float32Array, query: Float32Array, dimension: number, distance: Distance) {
  const pairs = Array.from({ length: bank.length / dimension }, (_, index) => {
    const row = Array.from(bank.subarray(index * dimension, (index + 1) * dimension));
    const dot = row.reduce((sum, value, d) => sum + value * query[d]!, 0);
    const value =
      distance === 'cosine'
        ? dot / Math.hypot(...row) / Math.hypot(...query)
        : Math.hypot(...row.map((entry, d) => entry - query[d]!));
    return { index, value };
  });
  const sign = distance === 'cosine' ? -1 : 1;
  return pairs.sort((a, b) => sign * (a.value - b.value) || a.index - b.index);
}

describe.each(['cpu', 'wasm'])('nearestRows on %s', (backend) => {
  beforeEach(() => tf.setBackend(backend).then(() => tf.ready()));

  describe.each(['cosine', 'euclidean'] as const)('by %s', (distance) => {
    it.each([
      [65, 7, 13, 1],
      [65, 7, 13, 20],
      [63, 1, 2, 5],
      [1, 5, 3, 1],
    ])(
      'finds what a full sort finds: bank [%i, %i], %i queries, k = %i',
      async (count, dimension, queries, k) => {
        const bank = randomRows(count, dimension, 1);
        const asked = randomRows(queries, dimension, 2);
        const found = await nearestRows(
          featureRows(bank, dimension),
          featureRows(asked, dimension),
          k,
          distance,
        );
        expect(found.k).toBe(k);
        for (let q = 0; q < queries; q++) {
          const query = asked.subarray(q * dimension, (q + 1) * dimension);
          const expected = bruteForce(bank, query, dimension, distance).slice(0, k);
          expected.forEach(({ value, index }, place) => {
            expect(found.values[q * k + place]).toBeCloseTo(value, 5);
            // In one dimension all cosines are ±1, so all are ties.
            if (dimension > 1) expect(found.indices[q * k + place]).toBe(index);
          });
        }
      },
    );

    it('draws lots among equal rows, across blocks of the bank', async () => {
      const dimension = 1700; // 2 500 rows are more than one block
      const row = randomRows(1, dimension, 3);
      const bank = new Float32Array(2500 * dimension);
      for (let i = 0; i < 2500; i++) bank.set(row, i * dimension);
      const found = await nearestRows(featureRows(bank, dimension), featureRows(row, dimension), 4, distance);
      const drawn = Array.from({ length: 2500 }, (_, i) => i).sort((a, b) => lot(0, b) - lot(0, a));
      expect(Array.from(found.indices)).toEqual(drawn.slice(0, 4));
    });

    it('finds the nearest row in the last block, and reports its progress', async () => {
      const dimension = 1700;
      const bank = randomRows(2500, dimension, 4);
      const queries = featureRows(bank.slice(2490 * dimension), dimension);
      const progress: number[] = [];
      const found = await nearestRows(featureRows(bank, dimension), queries, 1, distance, (done, total) => {
        progress.push(done / total);
      });
      expect(Array.from(found.indices)).toEqual(Array.from({ length: 10 }, (_, i) => 2490 + i));
      expect(progress.length).toBeGreaterThan(1);
      expect(progress.at(-1)).toBe(1);
      expect(progress.toSorted((a, b) => a - b)).toEqual(progress);
    });

    it('keeps no tensor, even when it is broken off', async () => {
      const rows = featureRows(randomRows(9, 4, 5), 4);
      const before = tf.memory().numTensors;
      await nearestRows(rows, rows, 3, distance);
      await expect(
        nearestRows(rows, rows, 3, distance, () => {
          throw new Error('enough');
        }),
      ).rejects.toThrow('enough');
      expect(tf.memory().numTensors).toBe(before);
    });

    it.each([Number.NaN, Number.POSITIVE_INFINITY])(
      'refuses %f in the bank and in the queries',
      async (bad) => {
        const sound = featureRows(randomRows(5, 3, 6), 3);
        const broken = featureRows(randomRows(5, 3, 6).fill(bad, 7, 8), 3);
        await expect(nearestRows(broken, sound, 2, distance)).rejects.toThrow('bank must be finite');
        await expect(nearestRows(sound, broken, 2, distance)).rejects.toThrow('queries must be finite');
      },
    );
  });

  it('tells near duplicates apart by exact distances', async () => {
    // |q|² is 1e6. In float32, |q|² + |b|² − 2 q·b could not show these gaps at all.
    const bank = Float32Array.of(1000, 0.02, 1000, 0.01, 1000, 0.04);
    const found = await nearestRows(
      featureRows(bank, 2),
      featureRows(Float32Array.of(1000, 0), 2),
      3,
      'euclidean',
    );
    expect(Array.from(found.indices)).toEqual([1, 0, 2]);
    expect(found.values[0]).toBeCloseTo(0.01, 7);
  });

  it('gives a row of zeros similarity 0 to everything', async () => {
    const bank = featureRows(Float32Array.of(0, 0, 3, 4), 2);
    const found = await nearestRows(bank, featureRows(Float32Array.of(-3, -4, 0, 0), 2), 2, 'cosine');
    expect(Array.from(found.values)).toEqual([0, -1, 0, 0]);
  });

  it('refuses empty rows, dimensions that differ and k below 1', async () => {
    const rows = featureRows(randomRows(5, 3, 6), 3);
    await expect(nearestRows(featureRows(new Float32Array(0), 3), rows, 1, 'cosine')).rejects.toThrow(
      'not be empty',
    );
    await expect(nearestRows(featureRows(new Float32Array(4), 2), rows, 1, 'cosine')).rejects.toThrow(
      'got 2 and 3',
    );
    await expect(nearestRows(rows, rows, 0, 'cosine')).rejects.toThrow('from 1 up, got 0');
    expect(() => featureRows(new Float32Array(5), 3)).toThrow('whole rows of 3 values, got 5');
  });
});

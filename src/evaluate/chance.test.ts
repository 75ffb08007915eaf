import * as tf from '@tensorflow/tfjs';
import { setThreadsCount } from '@tensorflow/tfjs-backend-wasm';
import { beforeEach, describe, expect, it } from 'vitest';
import { accuracyWithChance, chancesOf } from './chance.ts';
import { accuracy, KNN20, knn } from './knn.ts';
import { featureRows } from './rows.ts';

setThreadsCount(1);

const DIMENSION = 7;

/** One row for each number: equal numbers are equal rows. */
function rows(kinds: readonly number[]) {
  const values = kinds.flatMap((kind) =>
    Array.from({ length: DIMENSION }, (_, d) => Math.sin(kind * 7 + d) + 0.1),
  );
  return featureRows(Float32Array.from(values), DIMENSION);
}

async function accuracyOf(
  bank: readonly number[],
  bankLabels: readonly number[],
  queries: readonly number[],
  labels: readonly number[],
  k = 20,
) {
  const classes = 2;
  const problem = {
    ...KNN20,
    k,
    bank: rows(bank),
    bankLabels: Uint8Array.from(bankLabels),
    queries: rows(queries),
    classes,
  };
  const { nearest, predictions } = await knn(problem);
  const chances = chancesOf(nearest, k, problem.bank, problem.bankLabels, classes);
  const known = Uint8Array.from(labels);
  return {
    share: accuracyWithChance(predictions, known, chances),
    byLot: accuracy(predictions, known),
    decided: chances.size,
  };
}

const fill = (count: number, value: number) => Array.from({ length: count }, () => value);

describe.each(['cpu', 'wasm'])('equal features on %s', (backend) => {
  beforeEach(() => tf.setBackend(backend).then(() => tf.ready()));

  it('give chance exactly: the share of the class among the equal images', async () => {
    const labels = [...fill(18, 0), ...fill(18, 1)];
    expect(await accuracyOf(fill(36, 1), labels, fill(4, 1), [0, 0, 0, 0])).toMatchObject({
      share: 0.5,
      decided: 4,
    });
    const uneven = [...fill(16, 0), ...fill(20, 1)];
    expect((await accuracyOf(fill(36, 1), uneven, fill(4, 1), fill(4, 0))).share).toBeCloseTo(16 / 36, 12);
    expect((await accuracyOf(fill(36, 1), uneven, fill(2, 1), [0, 1])).share).toBeCloseTo(0.5, 12);
  });

  it('count among themselves only, where there are others too', async () => {
    // 30 equal rows are near the first query, of which 10 are of class 0; none is near the second.
    const bank = [...fill(30, 1), ...Array.from({ length: 30 }, (_, i) => 3 + 0.01 * i)];
    const labels = [...fill(10, 0), ...fill(20, 1), ...fill(30, 0)];
    const { share, decided } = await accuracyOf(bank, labels, [1, 3.1], [0, 0]);
    expect(decided).toBe(1);
    expect(share).toBeCloseTo((10 / 30 + 1) / 2, 12);
  });

  it('change nothing where all equal images vote, or where images differ', async () => {
    const bank = [...fill(5, 1), ...Array.from({ length: 30 }, (_, i) => 2 + 0.07 * i)];
    const labels = bank.map((_, i) => i % 2);
    const queries = Array.from({ length: 25 }, (_, i) => 1 + 0.09 * i);
    const { share, byLot, decided } = await accuracyOf(
      bank,
      labels,
      queries,
      queries.map((_, i) => i % 2),
    );
    expect([share, decided]).toEqual([byLot, 0]);
    expect(await accuracyOf(fill(6, 1), [0, 0, 0, 0, 1, 1], [1], [0])).toMatchObject({
      share: 1,
      decided: 0,
    });
  });

  it('count for a single neighbour, too', async () => {
    const { share, decided } = await accuracyOf([1, 1, 1, 2, 2], [0, 0, 1, 1, 1], [1, 2], [0, 1], 1);
    expect(decided).toBe(2);
    expect(share).toBeCloseTo((2 / 3 + 1) / 2, 12);
  });
});

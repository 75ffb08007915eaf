import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { RECIPES } from '../data/images/recipe.ts';
import { accuracy, castVotes, KNN20, knn, knnCaution, knnSettings } from './knn.ts';
import { featureRows, pixelRows } from './rows.ts';

beforeEach(() => tf.setBackend('cpu'));

const line = (...values: number[]) => featureRows(Float32Array.from(values), 1);

describe('knn', () => {
  it('weighs a Euclidean neighbour by 1 / (distance + 1e-5)', async () => {
    const { scores, predictions } = await knn({
      bank: line(0, 1, 4, 9),
      bankLabels: Uint8Array.of(0, 1, 1, 0),
      queries: line(0.5, 3),
      classes: 3,
      k: 3,
      distance: 'euclidean',
      temperature: 1,
      vote: 'near',
    });
    expect(scores[0]).toBeCloseTo(1 / 0.50001, 5);
    expect(scores[1]).toBeCloseTo(1 / 0.50001 + 1 / 3.50001, 5);
    expect(scores[2]).toBe(0);
    expect(scores[3]).toBeCloseTo(1 / 3.00001, 5);
    expect(scores[4]).toBeCloseTo(1 / 1.00001 + 1 / 2.00001, 5);
    expect(Array.from(predictions)).toEqual([1, 1]);
  });

  it('weighs a cosine neighbour by exp(similarity / T): one near one beats two far ones', async () => {
    const problem = {
      bank: featureRows(Float32Array.of(1, 0, 0, 1, -3, 4), 2),
      bankLabels: Uint8Array.of(1, 0, 0),
      queries: featureRows(Float32Array.of(4, 3), 2),
      classes: 2,
      k: 3,
      distance: 'cosine',
    } as const;
    const near = await knn({ ...problem, temperature: 0.07, vote: 'near' });
    expect(near.scores[1]).toBeCloseTo(Math.exp(0.8 / 0.07), -1);
    expect(near.scores[0]).toBeCloseTo(Math.exp(0.6 / 0.07) + 1, -1);
    expect(near.predictions[0]).toBe(1);
    const equal = await knn({ ...problem, temperature: 0.07, vote: 'equal' });
    expect(Array.from(equal.scores)).toEqual([2, 1]);
    expect(equal.predictions[0]).toBe(0);
  });

  it('gives a tie to each of its classes as often, and to no other', async () => {
    const queries = 1000;
    const problem = {
      ...KNN20,
      bank: featureRows(Float32Array.of(1, 0, 0, 1), 2),
      bankLabels: Uint8Array.of(2, 1),
      queries: featureRows(new Float32Array(2 * queries).fill(1), 2),
      classes: 3,
    };
    const { predictions } = await knn(problem);
    const counts = [0, 1, 2].map((label) => predictions.filter((prediction) => prediction === label).length);
    expect(counts[0]).toBe(0);
    expect(Math.abs(counts[1]! - queries / 2)).toBeLessThan(50); // 3 standard deviations
    expect((await knn(problem)).predictions).toEqual(predictions);
    // One vote for each: the lowest class, as in the authors' code.
    const equal = await knn({ ...problem, vote: 'equal' });
    expect([...new Set(equal.predictions)]).toEqual([1]);
  });

  it.each(['cosine', 'euclidean'] as const)(
    'gives chance on equal features by %s distance',
    async (distance) => {
      // A bank sorted by class, as folders give it. The first 20 rows are all of class 0.
      const [classes, each, queries] = [4, 50, 1000];
      const { predictions } = await knn({
        ...{ ...KNN20, distance, classes },
        bank: featureRows(new Float32Array(3 * classes * each).fill(0.3), 3),
        bankLabels: Uint8Array.from({ length: classes * each }, (_, i) => Math.floor(i / each)),
        queries: featureRows(new Float32Array(3 * queries).fill(0.3), 3),
      });
      // All queries are of class 0, the hardest case for a fair draw: 3 standard deviations around a quarter.
      const right = accuracy(predictions, new Uint8Array(queries));
      expect(Math.abs(right - 1 / classes)).toBeLessThan(0.042);
    },
  );

  it('lets at most the whole bank vote', async () => {
    const { nearest } = await knn({
      ...KNN20,
      bank: line(1, 2, 3),
      bankLabels: Uint8Array.of(0, 0, 1),
      queries: line(5),
      classes: 2,
    });
    expect(nearest.k).toBe(3);
  });

  it('classifies raw pixels, normalised on the way', async () => {
    const images = { count: 3, size: 1, pixels: Uint8Array.of(250, 10, 10, 10, 250, 10, 10, 10, 250) };
    const { predictions, nearest } = await knn({
      ...KNN20,
      k: 1,
      bank: pixelRows(images, RECIPES.cifar10.evaluation),
      bankLabels: Uint8Array.of(5, 6, 7),
      queries: pixelRows(
        { count: 2, size: 1, pixels: Uint8Array.of(0, 0, 200, 200, 90, 80) },
        RECIPES.cifar10.evaluation,
      ),
      classes: 8,
    });
    expect(Array.from(predictions)).toEqual([7, 5]);
    expect(nearest.values[0]).toBeLessThan(1);
  });

  it('refuses labels that do not fit the bank or the classes', async () => {
    const problem = { ...KNN20, bank: line(1, 2), queries: line(1), classes: 2 };
    await expect(knn({ ...problem, bankLabels: Uint8Array.of(0) })).rejects.toThrow(
      'one label per row, 2, got 1',
    );
    await expect(knn({ ...problem, bankLabels: Uint8Array.of(0, 2) })).rejects.toThrow(
      'below 2, got 2 at row 1',
    );
  });
});

describe('accuracy', () => {
  it('is the share of right predictions', () => {
    expect(accuracy(Uint8Array.of(1, 2, 3), Uint8Array.of(1, 0, 3))).toBeCloseTo(2 / 3, 12);
    expect(() => accuracy(Uint8Array.of(1), Uint8Array.of(1, 2))).toThrow('got 2 for 1');
    expect(() => accuracy(new Uint8Array(0), new Uint8Array(0))).toThrow('one label per prediction');
  });
});

describe('the choice of neighbours', () => {
  it('of a smaller k is served by a search with a larger one', async () => {
    const bank = featureRows(Float32Array.of(0, 1, 2, 3, 7, 8, 9, 20), 1);
    const queries = featureRows(Float32Array.of(2.2, 7.6, 15), 1);
    const bankLabels = Uint8Array.of(0, 1, 0, 1, 1, 0, 0, 1);
    const problem = { bank, bankLabels, queries, classes: 2, distance: 'euclidean' } as const;
    const wide = await knn({ ...problem, ...knnSettings({ k: 7, distance: 'euclidean' }) });
    for (const k of [1, 3, 6]) {
      const settings = knnSettings({ k, distance: 'euclidean' });
      const { predictions, scores } = castVotes(wide.nearest, { ...problem, ...settings });
      const alone = await knn({ ...problem, ...settings });
      expect(predictions).toEqual(alone.predictions);
      expect(scores).toEqual(alone.scores);
    }
  });

  it('is cautioned against over a hundredth of the bank', () => {
    expect(knnCaution(20, 2000)).toBeNull();
    expect(knnCaution(200, 5000)).toMatch(/^200 neighbours are 4\.0 % of the 5000 .* Up to 50 would/);
  });
});

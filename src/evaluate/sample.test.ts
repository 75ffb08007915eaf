import { describe, expect, it } from 'vitest';
import { CIFAR10_CLASSES, type Dataset } from '../data/images/dataset.ts';
import { stream } from '../random.ts';
import {
  largestSample,
  movedRows,
  pickImages,
  placesOf,
  randomOrder,
  sampledSet,
  sampleOf,
  smallestSample,
  storedOrder,
} from './sample.ts';

function images(count: number): Dataset {
  const pixels = Uint8Array.from({ length: 3 * count }, (_, i) => Math.floor(i / 3));
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 10);
  return { name: 'numbers', count, size: 1, pixels, labels, classes: CIFAR10_CLASSES, recipe: 'cifar10' };
}

const WHOLE = { bank: 10_000, test: 2000 };

describe('a sample', () => {
  it('has two images to learn from for each test image, and all of both in the end', () => {
    expect(sampleOf(WHOLE, 384)).toEqual({ bank: 256, test: 128 });
    expect(sampleOf(WHOLE, 9000)).toEqual({ bank: 7000, test: 2000 });
    expect(sampleOf(WHOLE, 12_000)).toEqual(WHOLE);
    expect(sampleOf({ bank: 100, test: 2000 }, 900)).toEqual({ bank: 100, test: 800 });
    expect(sampleOf({ bank: 0, test: 500 }, 384)).toEqual({ bank: 0, test: 384 });
  });

  it('takes images to learn from part by part, and test images from the whole set', () => {
    const data = { train: { ...images(40), part: 15 }, test: images(20) };
    const { bank, test } = randomOrder(data, stream(3, 'evaluation'));
    expect(Math.max(...bank.subarray(0, 15))).toBe(14);
    expect(new Set(bank).size).toBe(40);
    const plain = randomOrder({ ...data, train: images(40) }, stream(3, 'evaluation'));
    expect(test).toEqual(plain.test);
    expect(Math.max(...plain.bank.subarray(0, 15))).toBeGreaterThan(14);
  });

  it('never shrinks when it may have more images', () => {
    for (let n = 1; n < 12_000; n += 7) {
      const [some, more] = [sampleOf(WHOLE, n), sampleOf(WHOLE, n + 1)];
      expect(more.bank >= some.bank && more.test >= some.test).toBe(true);
      expect(some.bank + some.test).toBe(n);
    }
  });

  it('is the largest one that a cost allows, and no smaller than the smallest', () => {
    const cost = ({ bank, test }: { bank: number; test: number }) => 3 * (bank + test) + bank * test;
    const found = largestSample(WHOLE, 100_000, cost);
    expect(cost(found)).toBeLessThanOrEqual(100_000);
    expect(cost(sampleOf(WHOLE, found.bank + found.test + 1))).toBeGreaterThan(100_000);
    expect(largestSample(WHOLE, 0, cost)).toEqual({ bank: 100, test: 50 });
    expect(largestSample(WHOLE, Number.POSITIVE_INFINITY, cost)).toEqual(WHOLE);
    expect(largestSample({ bank: 32, test: 10 }, 0, cost)).toEqual({ bank: 32, test: 10 });
    expect(smallestSample({ bank: 32, test: 500 })).toEqual({ bank: 32, test: 118 });
  });

  it('is the beginning of every larger one of its seed', () => {
    const data = { train: images(300), test: images(90) };
    const order = randomOrder(data, stream(3, 'evaluation'));
    expect(randomOrder(data, stream(3, 'evaluation'))).toEqual(order);
    expect(randomOrder(data, stream(4, 'evaluation'))).not.toEqual(order);
    expect([...order.test.toSorted()]).toEqual([...storedOrder(data).test]);
    // The order of the test images does not depend on how many there are to learn from.
    const fewer = randomOrder({ ...data, train: images(200) }, stream(3, 'evaluation'));
    expect(fewer.test).toEqual(order.test);
  });

  it('keeps the order of its set', () => {
    const order = Uint32Array.of(5, 0, 3, 1, 4, 2);
    expect([...sampledSet(images(6), order, 3).labels]).toEqual([0, 3, 5]);
    expect([...sampledSet(images(6), order, 3).pixels]).toEqual([0, 0, 0, 3, 3, 3, 5, 5, 5]);
    expect([...placesOf(order, 3)]).toEqual([2, 0, 1]);
    expect([...placesOf(order, 6)]).toEqual([...order]);
    expect([...pickImages(images(6), order.subarray(0, 2)).pixels]).toEqual([5, 5, 5, 0, 0, 0]);
  });

  it('can be cut to its first images', () => {
    const order = Uint32Array.of(5, 0, 3, 1, 4, 2);
    // One row of two values for each of the images 0, 1, 3 and 5.
    const values = Float32Array.of(0, 0.5, 1, 1.5, 3, 3.5, 5, 5.5);
    const cut = movedRows(values, 2, placesOf(order, 4), placesOf(order, 2));
    expect([...cut]).toEqual([0, 0.5, 5, 5.5]);
  });
});

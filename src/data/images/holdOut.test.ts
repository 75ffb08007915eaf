import { expect, it } from 'vitest';
import { decodeRecords } from '../formats/cifar.ts';
import { makeRecords } from '../formats/records.fixture.ts';
import { holdOut } from './holdOut.ts';

const dataset = (count: number) => decodeRecords('set', [{ name: 'a.bin', bytes: makeRecords(count) }]);
/**
 * The first byte of image `record` is 31 · record mod 256. So up to 256 images of `makeRecords` have
 * different ones.
 */
const firstBytes = ({ count, pixels }: { count: number; pixels: Uint8Array }) =>
  Array.from({ length: count }, (_, i) => pixels[i * 3072]!);

it('gives every image to one part, with its label, in the order of the set', () => {
  const all = dataset(101);
  const { train, test } = holdOut(all, 0.2);
  expect([train.count, test.count]).toEqual([81, 20]);
  expect([...firstBytes(train), ...firstBytes(test)].sort()).toEqual(firstBytes(all).sort());
  for (const part of [train, test]) {
    const places = firstBytes(part).map((byte) => firstBytes(all).indexOf(byte));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect([...part.labels]).toEqual(places.map((place) => place % 10));
  }
});

it('is the same for the same seed, another for another, and does not follow the labels', () => {
  const all = dataset(200);
  const labels = (seed: number) => [...holdOut(all, 0.1, seed).test.labels];
  const test = (seed: number) => firstBytes(holdOut(all, 0.1, seed).test);
  expect(test(3)).toEqual(test(3));
  expect(test(3)).not.toEqual(test(4));
  expect(new Set(labels(0)).size).toBeGreaterThan(4);
});

it('leaves at least one image on each side', () => {
  expect(holdOut(dataset(2), 0.01).test.count).toBe(1);
  expect(holdOut(dataset(3), 0.99).train.count).toBe(1);
  expect(() => holdOut(dataset(1), 0.5)).toThrow(/2 images or more, got 1/);
  expect(() => holdOut(dataset(9), 1)).toThrow(/between 0 and 1, got 1/);
});

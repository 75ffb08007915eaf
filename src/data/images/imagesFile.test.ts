import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataError, type Dataset } from './dataset.ts';
import { fingerprintOf, imagesBytes, imagesPieces, readImages } from './imagesFile.ts';

function images(seed: number, count: number, size = 3): Dataset {
  const pixels = Uint8Array.from({ length: count * size * size * 3 }, (_, i) => (i * 7 + seed) % 256);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 2);
  return { name: `set ${seed}`, count, size, pixels, labels, classes: ['a', 'b'], recipe: 'stl10' };
}

const DATA = { train: images(1, 5), test: images(2, 3) };

function fileOf(data: Parameters<typeof imagesPieces>[0]): Uint8Array {
  const pieces = imagesPieces(data);
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

describe('a copy of images', () => {
  it('gives them back as they were, with and without a labelled bank', () => {
    expect(readImages(fileOf(DATA))).toEqual(DATA);
    const banked = { ...DATA, bank: images(3, 4) };
    expect(readImages(fileOf(banked))).toEqual(banked);
    expect(imagesBytes(DATA)).toBe(8 * (27 + 1));
  });

  it('refuses what was cut or lengthened', () => {
    const bytes = fileOf(DATA);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), (at) => {
        expect(() => readImages(bytes.slice(0, at))).toThrow(DataError);
      }),
    );
    expect(() => readImages(Uint8Array.of(...bytes, 0))).toThrow(/must have \d+ bytes, got \d+/);
    expect(() => readImages(new TextEncoder().encode('{"a":1}\n'))).toThrow(DataError);
  });
});

describe('a fingerprint', () => {
  it('is the same for the same images under other names', async () => {
    const renamed = { ...DATA, train: { ...DATA.train, name: 'else', classes: ['x', 'y'] } };
    expect(await fingerprintOf(renamed)).toBe(await fingerprintOf(DATA));
    expect(await fingerprintOf(DATA)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is another for any other pixel, label, order, treatment or part', async () => {
    const { train, test } = DATA;
    const pixel = { ...train, pixels: train.pixels.with(4, 99) };
    const label = { ...train, labels: train.labels.with(0, 1) };
    const others = [
      DATA,
      { train: pixel, test },
      { train: label, test },
      { train: test, test: train },
      { train: { ...train, recipe: 'cifar10' as const }, test },
      { ...DATA, bank: test },
      { train: images(1, 6), test },
    ];
    const prints = await Promise.all(others.map(fingerprintOf));
    expect(new Set(prints).size).toBe(others.length);
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import type { Images } from '../data/images/dataset.ts';
import { useBackend } from '../method/backend.ts';
import { hashedUniform } from '../random.ts';
import { pixelFloorMacs, pixelFloors, preparedRows, reducedRows } from './pixelFloors.ts';
import type { Rows } from './rows.ts';
import { storedOrder, wholeSize } from './sample.ts';
import { symmetricEigenvalues } from './spectrum/eigenvalues.ts';

beforeAll(() => useBackend('wasm'));

/** Random pictures that get brighter with their number. */
function pictures(count: number, size: number, seed: number): Images {
  const pixels = Uint8Array.from({ length: count * size * size * 3 }, (_, i) => {
    const image = Math.floor(i / (size * size * 3));
    return 60 * (image % 3) + 100 * hashedUniform(seed, i);
  });
  return { count, size, pixels };
}

/** [rows, D], as plain numbers. */
function table({ count, dimension, read }: Rows): number[][] {
  const values = read(0, count);
  return Array.from({ length: count }, (_, n) => [...values.subarray(n * dimension, (n + 1) * dimension)]);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe('pixels', () => {
  const [bank, test] = [pictures(7, 3, 1), pictures(5, 3, 2)];
  const plain = (images: Images) =>
    Array.from({ length: images.count }, (_, n) =>
      Array.from(images.pixels.subarray(n * 27, (n + 1) * 27), (byte) => byte / 255),
    );

  it('lose the mean image of the bank, or each its own mean', async () => {
    const centred = await preparedRows('centred', bank, test);
    const means = plain(bank)[0]!.map((_, d) => mean(plain(bank).map((row) => row[d]!)));
    const perImage = await preparedRows('perImage', bank, test);
    for (const [role, images] of Object.entries({ bank, test })) {
      const expected = plain(images).map((row) => row.map((value, d) => value - means[d]!));
      const own = plain(images).map((row) => row.map((value) => value - mean(row)));
      const key = role === 'bank' ? 'bank' : 'test';
      for (const [n, row] of table(centred[key]).entries())
        for (const [d, value] of row.entries()) expect(value).toBeCloseTo(expected[n]![d]!, 6);
      for (const [n, row] of table(perImage[key]).entries())
        for (const [d, value] of row.entries()) expect(value).toBeCloseTo(own[n]![d]!, 6);
    }
  });

  it('do not depend on where a reader begins', async () => {
    for (const floor of ['centred', 'perImage', 'components'] as const) {
      const { bank: rows } = await preparedRows(floor, bank, test);
      const { dimension } = rows;
      expect(rows.read(2, 4)).toEqual(rows.read(0, 4).slice(2 * dimension));
    }
  });
});

describe('reduced pixels', () => {
  it.each([
    [3, 3],
    [16, 16],
    [32, 16],
    [33, 11],
    [65, 13],
  ])('of a side of %d are means over boxes, a side of %d', (size, side) => {
    const images = pictures(2, size, size);
    const rows = reducedRows(images);
    expect(rows.dimension).toBe(3 * side * side);
    const box = Math.ceil(size / 16);
    const values = table(rows);
    for (const [y, x, channel] of [
      [0, 0, 0],
      [side - 1, side - 1, 2],
      [side - 1, 0, 1],
    ] as const) {
      const inside: number[] = [];
      for (let v = y * box; v < Math.min(size, (y + 1) * box); v++)
        for (let u = x * box; u < Math.min(size, (x + 1) * box); u++)
          inside.push(images.pixels[((size + v) * size + u) * 3 + channel]! / 255);
      expect(values[1]![3 * (y * side + x) + channel]).toBeCloseTo(mean(inside), 6);
    }
  });
});

describe('whitened components', () => {
  it('have no correlation and deviation 1 over the bank, from few images as from many', async () => {
    // 80 images: more than the 48 values of a picture of 4 pixels; 20: fewer.
    for (const count of [80, 20]) {
      const bank = pictures(count, 4, 5);
      const { bank: rows } = await preparedRows('components', bank, bank);
      expect(rows.dimension).toBe(Math.min(48, count - 1));
      const values = table(rows);
      for (let a = 0; a < rows.dimension; a++)
        for (let b = 0; b <= a; b++)
          expect(mean(values.map((row) => row[a]! * row[b]!))).toBeCloseTo(a === b ? 1 : 0, 3);
    }
  });

  it('are at most 64, those of the largest variance, computed without the test images', async () => {
    const [bank, test] = [pictures(200, 8, 1), pictures(9, 8, 2)];
    const { bank: rows, test: asked } = await preparedRows('components', bank, test);
    expect([rows.dimension, asked.dimension]).toEqual([64, 64]);
    const alone = await preparedRows('components', bank, pictures(1, 8, 3));
    expect(alone.bank.read(0, 200)).toEqual(rows.read(0, 200));
    // What is left of the pixels' variance behind the components is the sum of the other eigenvalues.
    const plain = table(reducedRows(bank));
    const means = plain[0]!.map((_, d) => mean(plain.map((row) => row[d]!)));
    const covariance = Float64Array.from({ length: 192 * 192 }, (_, i) => {
      const [a, b] = [Math.floor(i / 192), i % 192];
      return mean(plain.map((row) => (row[a]! - means[a]!) * (row[b]! - means[b]!)));
    });
    const eigenvalues = symmetricEigenvalues(covariance, 192);
    const first = table(rows).map((row) => row[0]!);
    const along = means.map((_, d) => mean(plain.map((row, n) => (row[d]! - means[d]!) * first[n]!)));
    expect(along.reduce((sum, value) => sum + value ** 2, 0)).toBeCloseTo(eigenvalues[0]!, 4);
  });

  it('of equal images are nothing', async () => {
    const equal = { count: 3, size: 4, pixels: new Uint8Array(3 * 48).fill(9) };
    const { bank, test } = await preparedRows('components', equal, equal);
    expect([...bank.read(0, 3), ...test.read(0, 3)]).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

describe('floors of pixels', () => {
  const labelled = (images: Images, labels: readonly number[]) => ({
    ...{ ...images, name: 'few', classes: ['dark', 'bright'], recipe: 'cifar10' as const },
    labels: Uint8Array.from(labels),
  });

  it('are accuracies of 20-NN on each, and say how far they are', async () => {
    const dark = { count: 40, size: 4, pixels: new Uint8Array(40 * 48) };
    // Two classes that differ by a picture in one half, whatever the brightness.
    for (let i = 0; i < dark.pixels.length; i++) {
      const [image, at] = [Math.floor(i / 48), i % 48];
      dark.pixels[i] = 30 * hashedUniform(3, i) + 90 + (image % 2 === Math.floor(at / 24) ? 60 : 0);
    }
    const labels = Array.from({ length: 40 }, (_, n) => n % 2);
    const data = { train: labelled(dark, labels), test: labelled(dark, labels) };
    const told: [number, number][] = [];
    const found = await pixelFloors(
      data,
      { order: storedOrder(data), size: wholeSize(data) },
      async (done, total) => void told.push([done, total]),
    );
    expect(found).toMatchObject({ centred: 1, perImage: 1, components: 1 });
    expect(told.at(-1)).toEqual([160, 160]);
    expect(told.every(([done], i) => i === 0 || done >= told[i - 1]![0])).toBe(true);
  });

  it('are none without labels', async () => {
    const images = { ...labelled(pictures(4, 3, 1), []), classes: [] };
    const data = { train: images, test: images };
    const extent = { order: storedOrder(data), size: wholeSize(data) };
    expect(await pixelFloors(data, extent, async () => {})).toBeNull();
  });

  it('cost three products of pixels and one of components for each pair, and the components once', () => {
    const pair = 3 * 3 * 32 ** 2 + 64;
    const [none, one, two] = [0, 1, 2].map((test) => pixelFloorMacs(32, { bank: 1000, test }));
    expect([one! - none!, two! - one!]).toEqual([1000 * pair, 1000 * pair]);
    expect(none).toBeGreaterThan(1000 * 768 ** 2);
  });
});

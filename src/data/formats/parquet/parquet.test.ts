import { describe, expect, it } from 'vitest';
import { decodePicture } from '../../../cli/images/decodePicture.ts';
import { CIFAR10_CLASSES, DataError } from '../../images/dataset.ts';
import { decodeGrey, pngOf } from '../../pictures/picture.fixture.ts';
import { madeAndReal } from '../realData.fixture.ts';
import { bufferOf, type FixtureOptions, type FixtureRow, makeParquet } from './parquet.fixture.ts';
import { planParquet, readParquet } from './parquet.ts';
import { openParquet } from './table.ts';

const rowsOf = (count: number, label: (i: number) => number | null = (i) => i % 3): FixtureRow[] =>
  Array.from({ length: count }, (_, i) => ({ picture: pngOf(i), label: label(i) }));

async function read(bytes: Uint8Array, limit: number | null = null, side: number | null = null) {
  const buffer = bufferOf(bytes);
  const table = await openParquet('some.parquet', buffer);
  const dataset = await readParquet([table], { name: 'some', limit, side, decode: decodePicture });
  return { dataset, table, ranges: buffer.ranges };
}

describe('readParquet', () => {
  it.each<FixtureOptions>([
    {},
    { dictionary: false },
    { version: 2 },
    { version: 2, dictionary: false, snappy: true },
    { snappy: true, labelBytes: 4 },
    { repeated: true },
    { version: 2, snappy: true, repeated: true },
    { image: 'img', label: 'fine_label', rowsPerGroup: 3 },
    { rowsPerGroup: 100, statistics: false },
  ])('gives every row of a table written with %o', async (options) => {
    const { dataset } = await read(makeParquet(rowsOf(10), options));
    expect([dataset.count, dataset.size, dataset.recipe]).toEqual([10, 8, 'imagenet100']);
    expect([...dataset.labels]).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2, 0]);
    expect(dataset.classes).toEqual(['class 0', 'class 1', 'class 2']);
    for (const i of [0, 7, 9]) {
      const { pixels } = await decodePicture(pngOf(i), '');
      const rgb = pixels.filter((_, at) => at % 4 !== 3);
      expect([...dataset.pixels.subarray(i * 192, (i + 1) * 192)]).toEqual([...rgb]);
    }
  });

  it('takes the names of the classes from the description in the file', async () => {
    const bytes = makeParquet(rowsOf(6), { names: ['ant', 'bee', 'cow', 'dog'] });
    expect((await read(bytes)).dataset.classes).toEqual(['ant', 'bee', 'cow', 'dog']);
  });

  it.each([
    ['without a column of labels', { label: null }, (): number | null => 0],
    ['with labels of −1', { dictionary: false, labelBytes: 4 }, (): number | null => -1],
    ['with absent labels', {}, (): number | null => null],
  ] as const)('knows no classes in a table %s', async (_, options, label) => {
    const { dataset } = await read(makeParquet(rowsOf(5, label), options));
    expect([dataset.classes, [...dataset.labels]]).toEqual([[], [0, 0, 0, 0, 0]]);
  });

  it('joins shards, and counts the classes over all of them', async () => {
    const shards = [rowsOf(5), rowsOf(5, () => 6)].map((rows) => makeParquet(rows));
    const tables = await Promise.all(shards.map((bytes, i) => openParquet(`${i}`, bufferOf(bytes))));
    const dataset = await readParquet(tables, { name: 'both', limit: null, side: 16, decode: decodeGrey });
    expect([...dataset.labels]).toEqual([0, 1, 2, 0, 1, 6, 6, 6, 6, 6]);
    expect([dataset.classes.length, dataset.size]).toEqual([7, 16]);
  });

  it('reads one range for each row group that it needs, and no other', async () => {
    const { ranges, dataset, table } = await read(makeParquet(rowsOf(40)), 8);
    expect(dataset.count).toBe(8);
    // One read is for the footer, and two are for 2 of 10 groups.
    expect(ranges).toHaveLength(3);
    expect(planParquet([table], 8).parts.map(({ group }) => table.groups.indexOf(group))).toEqual([2, 7]);
  });

  it('reads a few rows of every group where the rows are sorted by class', async () => {
    const { dataset } = await read(makeParquet(rowsOf(40, (i) => Math.floor(i / 4))), 10);
    expect([...dataset.labels]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('reports the bytes it reads, up to the last', async () => {
    const table = await openParquet('some.parquet', bufferOf(makeParquet(rowsOf(12))));
    const seen: [number, number][] = [];
    const onProgress = (done: number, total: number) => seen.push([done, total]);
    await readParquet([table], { name: '', limit: null, side: null, decode: decodeGrey, onProgress });
    expect(seen.at(-1)![0]).toBe(seen.at(-1)![1]);
    expect(seen.length).toBe(3);
  });

  it('stops with the reason of its signal', async () => {
    const table = await openParquet('some.parquet', bufferOf(makeParquet(rowsOf(40))));
    const stop = new AbortController();
    const reading = readParquet([table], {
      name: '',
      limit: null,
      side: null,
      decode: decodeGrey,
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('enough')),
    });
    await expect(reading).rejects.toThrow('enough');
  });

  it('lets the faults of the file through as they are', async () => {
    const bytes = makeParquet(rowsOf(8));
    const lost = new TypeError('network error');
    let reads = 0;
    const file = {
      byteLength: bytes.length,
      slice: (start: number, end: number) =>
        reads++ === 0 ? Promise.resolve(bytes.slice(start, end).buffer) : Promise.reject(lost),
    };
    const table = await openParquet('some.parquet', file);
    const reading = readParquet([table], { name: '', limit: null, side: null, decode: decodeGrey });
    await expect(reading).rejects.toBe(lost);
  });
});

describe('planParquet', () => {
  const plan = async (sizes: readonly number[], limit: number | null) => {
    const tables = await Promise.all(
      sizes.map((rows) =>
        openParquet('t', bufferOf(makeParquet(rowsOf(rows), { rowsPerGroup: 7, statistics: false }))),
      ),
    );
    return planParquet(tables, limit);
  };

  it.each([
    [[30], null],
    [[30], 30],
    [[30], 29],
    [[30], 1],
    [[3, 50, 8], 20],
    [[3, 50, 8], 60],
    [[1, 1, 1], 100],
  ])('takes as many rows as asked for: tables of %o rows, limit %s', async (sizes, limit) => {
    const all = sizes.reduce((sum, rows) => sum + rows, 0);
    const { parts, rows } = await plan(sizes, limit);
    expect(rows).toBe(Math.min(all, limit ?? all));
    expect(parts.reduce((sum, part) => sum + part.rows, 0)).toBe(rows);
    expect(new Set(parts.map(({ group }) => group)).size).toBe(parts.length);
    for (const part of parts) expect(part.rows).toBeLessThanOrEqual(part.group.rows);
  });
});

describe('refused', () => {
  const good = makeParquet(rowsOf(8));
  it.each<[string, Uint8Array, RegExp]>([
    ['an empty file', new Uint8Array(0), /truncated or no parquet file/],
    ['a truncated file', good.subarray(0, -9), /truncated or no parquet file/],
    ['a footer that claims too much', huge(good), /footer .* claims 4294967295/],
    ['a table without pictures', makeParquet(rowsOf(4), { image: 'text' }), /no pictures.*got text, label/],
    ['a row without a picture', makeParquet([{ picture: null, label: 1 }]), /a picture in every row/],
    [
      'labels in some rows only',
      makeParquet(rowsOf(8, (i) => (i < 3 ? null : 1))),
      /5 rows with and 3 without/,
    ],
    ['too many classes', makeParquet(rowsOf(3, (i) => 200 * i)), /1 to 256 classes, got 401/],
    [
      'labels beyond the names',
      makeParquet(
        rowsOf(3, (i) => i),
        { names: ['a', 'b'] },
      ),
      /labels from 0 to 1, got 2/,
    ],
    [
      'a picture that is none',
      makeParquet([{ picture: Uint8Array.of(1, 2, 3), label: 0 }]),
      /row 0 .* no picture/,
    ],
    ['no rows', makeParquet([]), /empty/],
  ])('%s', async (_, bytes, words) => {
    const reading = read(bytes);
    await expect(reading).rejects.toThrow(words);
    await expect(reading).rejects.toBeInstanceOf(DataError);
  });

  function huge(bytes: Uint8Array): Uint8Array {
    const broken = bytes.slice();
    broken.fill(255, -8, -4);
    return broken;
  }
});

const FIRST = 'huggingface/cifar10-hf-20.parquet';
const FIRST_LABELS = [6, 9, 9, 4, 1, 1, 2, 7, 8, 3, 4, 7, 7, 2, 9, 9, 9, 3, 2, 6];
/** As the real tables are written. */
const LIKE_THE_HUB = { image: 'img', version: 2, snappy: true, repeated: true } as const;

const FIRST_TABLES = madeAndReal(
  {
    title: 'made',
    table: makeParquet(
      FIRST_LABELS.map((label, i) => ({ picture: pngOf(i, 32), label })),
      { ...LIKE_THE_HUB, dictionary: false, names: CIFAR10_CLASSES, rowsPerGroup: 10 },
    ),
    // A pixel of `pngOf(0)` is its place, three times its row, and 0.
    firstPixels: [0, 0, 0, 1, 0, 0],
  },
  [FIRST],
  (real) => ({
    title: 'the first 20 training images of CIFAR-10, a frog first',
    table: real(FIRST),
    firstPixels: [59, 62, 63, 43, 46, 45],
  }),
);

describe.each(FIRST_TABLES)('a table of 20 images as on Hugging Face, $title', ({ table, firstPixels }) => {
  it('holds the images and labels of its rows', async () => {
    const { dataset } = await read(table);
    expect([dataset.recipe, dataset.classes]).toEqual(['cifar10', CIFAR10_CLASSES]);
    expect([...dataset.labels]).toEqual(FIRST_LABELS);
    expect([...dataset.pixels.subarray(0, 6)]).toEqual(firstPixels);
  });
});

it('every pixel of the made table is that of its picture', async () => {
  const { dataset } = await read(FIRST_TABLES[0]!.table);
  for (let i = 0; i < 20; i++) {
    const { pixels } = await decodePicture(pngOf(i, 32), '');
    const rgb = Uint8Array.from(pixels.filter((_, at) => at % 4 !== 3));
    expect(Buffer.compare(dataset.pixels.subarray(i * 3072, (i + 1) * 3072), rgb)).toBe(0);
  }
});

const TEN_GROUPS = 'huggingface/cifar10-test-1000.parquet';
const TABLES_OF_1000 = madeAndReal(
  {
    title: 'made',
    table: makeParquet(
      Array.from({ length: 1000 }, (_, i) => ({ picture: pngOf(i, 32), label: (7 * i) % 10 })),
      { ...LIKE_THE_HUB, rowsPerGroup: 100 },
    ),
  },
  [TEN_GROUPS],
  (real) => ({ title: 'real', table: real(TEN_GROUPS) }),
);

describe.each(TABLES_OF_1000)('a table of 1,000 images in ten groups, $title,', ({ table }) => {
  it('is read whole and in part', async () => {
    const { dataset } = await read(table);
    const counts = new Array<number>(10).fill(0);
    for (const label of dataset.labels) counts[label]!++;
    expect([dataset.count, dataset.size, counts]).toEqual([1000, 32, new Array(10).fill(100)]);
    const part = await read(table, 150);
    expect([part.dataset.count, part.ranges.length]).toEqual([150, 3]);
    // They are 75 rows from the start of the third group, and 75 from that of the eighth.
    for (const [at, row] of [
      [0, 200],
      [75, 700],
    ] as const) {
      expect(part.dataset.labels.subarray(at, at + 75)).toEqual(dataset.labels.subarray(row, row + 75));
      const pixels = (of: typeof dataset, from: number) =>
        of.pixels.subarray(from * 3072, (from + 75) * 3072);
      expect(Buffer.compare(pixels(part.dataset, at), pixels(dataset, row))).toBe(0);
    }
  });
});

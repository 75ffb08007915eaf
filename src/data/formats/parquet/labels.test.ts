import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodePicture } from '../../../cli/images/decodePicture.ts';
import { pngOf } from '../../pictures/picture.fixture.ts';
import { bufferOf, type FixtureOptions, makeParquet } from './parquet.fixture.ts';
import { readParquet } from './parquet.ts';
import { openParquet } from './table.ts';

type Labels = readonly (number | string | null)[];

async function read(...files: readonly Uint8Array[]) {
  const tables = await Promise.all(files.map((bytes, i) => openParquet(`${i}.parquet`, bufferOf(bytes))));
  return readParquet(tables, { name: 'some', limit: null, side: 8, decode: decodePicture });
}

const made = (labels: Labels, options: FixtureOptions = {}) =>
  makeParquet(
    labels.map((label, i) => ({ picture: pngOf(i), label })),
    options,
  );

/** What was made, as its user names it. */
type Read = readonly [string, Labels, FixtureOptions, readonly string[], readonly number[]];

const plain = { dictionary: false } as const;
const READ: readonly Read[] = [
  ['whole numbers', [0, 1, 1, 2], {}, ['class 0', 'class 1', 'class 2'], [0, 1, 1, 2]],
  ['numbers from 1', [1, 3, 2, 1], {}, ['class 1', 'class 2', 'class 3'], [0, 2, 1, 0]],
  ['numbers from 1 without notes', [2, 1], { statistics: false }, ['class 1', 'class 2'], [1, 0]],
  ['doubles', [0, 2, 1], { ...plain, labelType: 'DOUBLE' }, ['class 0', 'class 1', 'class 2'], [0, 2, 1]],
  [
    'doubles by dictionary',
    [1, 0, 1, 1, 0],
    { labelType: 'DOUBLE' },
    ['class 0', 'class 1'],
    [1, 0, 1, 1, 0],
  ],
  ['doubles, all NaN', [Number.NaN, Number.NaN], { ...plain, labelType: 'DOUBLE' }, [], [0, 0]],
  ['floats', [1, 0], { ...plain, labelType: 'FLOAT' }, ['class 0', 'class 1'], [1, 0]],
  [
    'booleans',
    [1, 0, 0, 1, 1, 1, 0, 1, 1, 0],
    { ...plain, rowsPerGroup: 9, labelType: 'BOOLEAN' },
    ['false', 'true'],
    [1, 0, 0, 1, 1, 1, 0, 1, 1, 0],
  ],
  [
    'names',
    ['owl', 'ant', 'bee', 'owl'],
    { ...plain, labelType: 'text' },
    ['ant', 'bee', 'owl'],
    [2, 0, 1, 2],
  ],
  [
    'names by dictionary',
    ['owl', 'ant', 'owl', 'ant', 'élan'],
    { labelType: 'text', version: 2, snappy: true },
    ['ant', 'owl', 'élan'],
    [1, 0, 1, 0, 2],
  ],
  ['names, all empty', ['', ''], { ...plain, labelType: 'text' }, [], [0, 0]],
  ['places in a list of names', [1, 2], { names: ['a', 'b', 'c'] }, ['a', 'b', 'c'], [1, 2]],
];

describe('labels of a parquet table', () => {
  it.each(READ)('are read: %s', async (_, labels, options, classes, places) => {
    const dataset = await read(made(labels, options));
    expect([dataset.classes, [...dataset.labels]]).toEqual([classes, places]);
  });

  it('are read from booleans in runs, as pages of version 2 have them', async () => {
    const { readChunk } = await import('./pages.ts');
    // A header of Thrift: a data page of version 2 with 5 values, encoding 3 (RLE); then 8 runs of bits.
    const header = [
      0x15, 6, 0x15, 12, 0x15, 12, 0x5c, 0x15, 10, 0x15, 0, 0x15, 10, 0x15, 6, 0x15, 0, 0x15, 0, 0, 0,
    ];
    const bytes = Uint8Array.from([...header, 2, 0, 0, 0, 3, 0b10110]);
    expect(readChunk(bytes, { type: 'BOOLEAN', maxLevel: 0 }, 'UNCOMPRESSED', 5, true)).toEqual([
      0, 1, 1, 0, 1,
    ]);
    const other = bytes.with(14, 10);
    expect(() => readChunk(other, { type: 'BOOLEAN', maxLevel: 0 }, 'UNCOMPRESSED', 5, true)).toThrow(
      /in the encoding DELTA_BINARY_PACKED: expected PLAIN or a dictionary\. Write it again/,
    );
  });

  const real = new URL('../../../../../shared/cases/parquet/label-double.parquet', import.meta.url);
  it.runIf(existsSync(real))('are read from doubles that another program wrote', async () => {
    const dataset = await read(readFileSync(real));
    expect(dataset.classes.length).toBeGreaterThan(1);
    expect(new Set(dataset.labels).size).toBe(dataset.classes.length);
  });
});

/** What is refused, why, and what the message advises to write instead; that is then read. */
const REFUSED: readonly [string, Uint8Array[], RegExp, Uint8Array[]][] = [
  [
    'fractions',
    [made([0.5, 1], { ...plain, labelType: 'DOUBLE' })],
    /got the number 0\.5\. Write the labels as whole numbers, or as names\./,
    [made(['a', 'b'], { ...plain, labelType: 'text' })],
  ],
  [
    'lists',
    [made([0, 1], { labelType: 'list' })],
    /^0\.parquet: the column “label” holds lists, .* Write one label for each picture, or leave the column out\.$/,
    [made([null, null], { label: null })],
  ],
  [
    'labels in some rows only',
    [made([null, 1])],
    /1 rows with and 1 without\. Leave out the rows without a label, or the column of labels\.$/,
    [made([1])],
  ],
  [
    'numbers and names in two tables',
    [made([0, 1]), made(['a'], { ...plain, labelType: 'text' })],
    /one kind in all tables, got numbers and names\. Choose tables of one data set\.$/,
    [made([0, 1]), made([1])],
  ],
  [
    'labels from 1 with a list of names',
    [made([1, 2], { names: ['a', 'b'] })],
    /labels from 0 to 1, got 2\. Write each label as its place in the table’s list of class names, counted from 0\.$/,
    [made([0, 1], { names: ['a', 'b'] })],
  ],
  [
    'times',
    [made([0, 1], { ...plain, labelType: 'INT96' })],
    /^0\.parquet: the column “label” is of type INT96, which is not read here\. Write labels as whole numbers/,
    [made([0, 1])],
  ],
  [
    'negative labels',
    [made([-2, 1], { ...plain, labelBytes: 4 })],
    /labels from 0 to 1, got -2\. Write the labels as whole numbers from 0\.$/,
    [made([0, 1], { ...plain, labelBytes: 4 })],
  ],
];

describe('labels that are refused', () => {
  it.each(REFUSED)('%s: the advice is right', async (_, bad, words, advised) => {
    await expect(read(...bad)).rejects.toThrow(words);
    await expect(read(...bad)).rejects.not.toThrow(/damaged|Download/);
    expect((await read(...advised)).count).toBeGreaterThan(0);
  });
});

describe('a table that is refused: the advice is right', () => {
  it('for a file that changed while it was read: choosing it again reads it', async () => {
    const bytes = made([0, 1]);
    const cut = (after: number) => {
      const { slice, byteLength } = bufferOf(bytes);
      let reads = 0;
      const some = async (start: number, end: number) => {
        const all = await slice(start, end);
        return ++reads > after ? all.slice(0, -1) : all;
      };
      return { byteLength, slice: some };
    };
    await expect(openParquet('a.parquet', cut(0))).rejects.toThrow(
      /bytes of the file, got \d+\. Choose it again\.$/,
    );
    const reading = async (after: number) =>
      readParquet([await openParquet('a.parquet', cut(after))], {
        ...{ name: 'some', limit: null, side: 8, decode: decodePicture },
      });
    await expect(reading(1)).rejects.toThrow(/expected \d+ bytes at \d+, got \d+\. Choose it again\.$/);
    expect((await reading(99)).count).toBe(2);
  });

  it('for pages of another packing: packed again with Snappy they are read', async () => {
    await expect(read(made([0, 1], { claimedCodec: 2 }))).rejects.toThrow(
      /0\.parquet is packed with GZIP: .* Pack it again with Snappy\.$/,
    );
    expect((await read(made([0, 1], { snappy: true }))).count).toBe(2);
  });

  it('for fewer rows than a group claims: the whole file is read', async () => {
    await expect(read(made([0, 1], { rowsTooMany: 1 }))).rejects.toThrow(
      /damaged.*Download the file again\.$/,
    );
    expect((await read(made([0, 1]))).count).toBe(2);
  });

  it('for numbers where pictures were expected: a table in the layout of Hugging Face is read', async () => {
    const numbers = made([0, 1], { image: 'other', label: 'image' });
    await expect(read(numbers)).rejects.toThrow(
      /expected pictures as bytes, got INT64\. Choose a table in the layout of Hugging Face\.$/,
    );
    expect((await read(made([0, 1]))).count).toBe(2);
  });
});

import { describe, vi } from 'vitest';
import { type AdviceRow, testAdvice } from '../../../advice.fixture.ts';
import { decodePicture } from '../../../cli/images/decodePicture.ts';
import { pngOf } from '../../pictures/picture.fixture.ts';
import { reading } from '../given.fixture.ts';
import { bufferOf, type FixtureOptions, type FixtureRow, makeParquet } from './parquet.fixture.ts';
import { readParquet } from './parquet.ts';
import { unpackSnappy } from './snappy.ts';
import { openParquet } from './table.ts';

// What each text about tables advises, done.

type Labels = readonly (number | string | null)[];
const rows = (labels: Labels): FixtureRow[] => labels.map((label, i) => ({ picture: pngOf(i), label }));
const made = (labels: Labels, options: FixtureOptions = {}) => makeParquet(rows(labels), options);
const read = (...tables: Uint8Array<ArrayBuffer>[]) =>
  reading(Object.fromEntries(tables.map((bytes, i) => [`${i}.parquet`, bytes])));

const plain = { dictionary: false } as const;
const text = { ...plain, labelType: 'text' } as const;
const good = read(made([0, 1]));

const LABELS: readonly AdviceRow[] = [
  [
    'fractions',
    read(made([0.5, 1], { ...plain, labelType: 'DOUBLE' })),
    /got the number 0\.5\. Write the labels as whole numbers, or as names\.$/,
    read(made(['a', 'b'], text)),
  ],
  [
    'labels in some rows',
    read(made([null, 1])),
    /1 rows with and 1 without\. Leave out the rows without a label, or the column of labels\.$/,
    read(made([1])),
  ],
  [
    'labels in some rows, left out',
    read(made([null, 1])),
    /or the column of labels\.$/,
    read(made([null, 1], { label: null })),
  ],
  [
    'labels of two kinds',
    read(made([0, 1]), made(['a'], text)),
    /one kind in all tables, got numbers and names\. Choose tables of one data set\.$/,
    read(made([0, 1]), made([1])),
  ],
  [
    'labels that are not in the list of names',
    read(made([1, 2], { names: ['a', 'b'] })),
    /Write each label as its place in the table’s list of class names, counted from 0\.$/,
    read(made([0, 1], { names: ['a', 'b'] })),
  ],
  [
    'negative labels',
    read(made([-2, 1], { ...plain, labelBytes: 4 })),
    /labels from 0 to 1, got -2\. Write the labels as whole numbers from 0\.$/,
    read(made([0, 1], { ...plain, labelBytes: 4 })),
  ],
  [
    'too many classes',
    read(
      made(
        Array.from({ length: 300 }, (_, i) => `name ${i}`),
        text,
      ),
    ),
    /expected 1 to 256 classes, got 300\. Leave some classes out\.$/,
    read(
      made(
        Array.from({ length: 256 }, (_, i) => `name ${i}`),
        text,
      ),
    ),
  ],
  [
    'lists of labels',
    read(made([0, 1], { labelType: 'list' })),
    /holds lists, .* Write one label for each picture, or leave the column out\.$/,
    read(made([null, null], { label: null })),
  ],
  [
    'labels in an encoding that is not read',
    read(made([0, 1], { ...plain, labelEncoding: 5 })),
    /DELTA_BINARY_PACKED: .* Write it again with these, as pandas and pyarrow do by themselves\.$/,
    read(made([0, 1], plain)),
  ],
  [
    'labels that are times',
    read(made([0, 1], { ...plain, labelType: 'INT96' })),
    /is of type INT96, .* Write labels as whole numbers, booleans or names, and pictures as bytes\.$/,
    good,
  ],
];

const claiming = (size: number) => made([0, 1]).fill(size, -8, -4);

/** A file that gives a byte less than it is asked for, from some read on. */
const shrinking = (after: number) => {
  const { slice, byteLength } = bufferOf(made([0, 1]));
  let reads = 0;
  const some = async (start: number, end: number) => {
    const all = await slice(start, end);
    return ++reads > after ? all.slice(0, -1) : all;
  };
  const options = { name: 'some', limit: null, side: 8, decode: decodePicture };
  return async () => readParquet([await openParquet('a.parquet', { byteLength, slice: some })], options);
};

const FILES: readonly AdviceRow[] = [
  ['no rows', read(made([])), /is empty: .* Choose another table\.$/, good],
  [
    'a table that shrank before it was opened',
    shrinking(0),
    /bytes of the file, got \d+\. Choose it again\.$/,
    shrinking(99),
  ],
  [
    'a table that shrank while it was read',
    shrinking(1),
    /expected \d+ bytes at \d+, got \d+\. Choose it again\.$/,
    shrinking(99),
  ],
  [
    'fewer rows than are claimed',
    read(made([0, 1], { rowsTooMany: 1 })),
    /damaged: expected 3 rows in a group, got 2\. Download the file again\.$/,
    good,
  ],
  [
    'a row without a picture',
    read(makeParquet([...rows([0, 1]), { picture: null, label: 1 }])),
    /got none in row 2\. Leave that row out\./,
    good,
  ],
  ['a damaged footer', read(made([0, 1]).fill(255, -40, -8)), /damaged, .* Download the file again\.$/, good],
  [
    'a table that is cut',
    read(made([0, 1]).subarray(0, -1)),
    /expected PAR1 as its last bytes, .* Download the file again\.$/,
    good,
  ],
  [
    'a footer that is too long',
    read(claiming(255)),
    /got one that claims \d+\. Download the file again\.$/,
    good,
  ],
  [
    'no column of pictures',
    read(made([0, 1], { image: 'text' })),
    /expected a column “img” or “image”, got text, label\. Choose a table of pictures\.$/,
    good,
  ],
  [
    'numbers where pictures are expected',
    read(made([0, 1], { image: 'other', label: 'image' })),
    /got INT64\. Choose a table in the layout of Hugging Face\.$/,
    good,
  ],
  [
    'another packing',
    read(made([0, 1], { claimedCodec: 2 })),
    /is packed with GZIP: .* Pack it again with Snappy\.$/,
    read(made([0, 1], { snappy: true })),
  ],
  ['no memory for a page', withoutMemory, /Close other tabs, or choose fewer images\.$/, unpack],
];

function unpack() {
  unpackSnappy(Uint8Array.from([2, 1 << 2, 7, 9]), 2);
}

function withoutMemory() {
  const packed = Uint8Array.from([2, 1 << 2, 7, 9]);
  vi.stubGlobal('Uint8Array', () => {
    throw new RangeError('Array buffer allocation failed');
  });
  try {
    unpackSnappy(packed, 2);
  } finally {
    vi.unstubAllGlobals();
  }
}

describe('the advice of texts about labels of tables', () => testAdvice(LABELS));
describe('the advice of texts about tables', () => testAdvice(FILES));

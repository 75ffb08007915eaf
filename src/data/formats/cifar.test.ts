import { expect, it } from 'vitest';
import { DataError } from '../images/dataset.ts';
import { CIFAR10, CIFAR100, decodeRecords, encodeRecord, formatOf, formatsOfSize } from './cifar.ts';
import { makeFineRecords, makeRecords, recordByte } from './records.fixture.ts';

const file = (bytes: Uint8Array, name = 'batch.bin') => ({ name, bytes });

it('turns planes of R, G and B into RGB pixels, row by row', () => {
  const { pixels, size, count } = decodeRecords('set', [file(makeRecords(3))]);
  expect([count, size, pixels.length]).toEqual([3, 32, 3 * 32 * 32 * 3]);
  for (const [record, row, column] of [
    [0, 0, 1],
    [1, 31, 0],
    [2, 17, 30],
  ] as const) {
    const at = ((record * 32 + row) * 32 + column) * 3;
    expect([...pixels.subarray(at, at + 3)]).toEqual(
      [0, 1, 2].map((c) => recordByte(record, c, row, column)),
    );
  }
});

it('joins files in the order given and keeps the first images up to the limit', () => {
  const files = [file(makeRecords(2, 4)), file(makeRecords(3, 8))];
  expect([...decodeRecords('set', files).labels]).toEqual([4, 5, 8, 9, 0]);
  const limited = decodeRecords('set', files, 3);
  expect([limited.count, limited.pixels.length, ...limited.labels]).toEqual([3, 3 * 3072, 4, 5, 8]);
});

it('writes the very record that it reads', () => {
  const records = makeRecords(4, 6);
  const { pixels, labels } = decodeRecords('set', [file(records)]);
  const written = new Uint8Array(records.length);
  for (let i = 0; i < 4; i++)
    encodeRecord(labels[i]!, pixels.subarray(i * 3072, (i + 1) * 3072), written, i * 3073);
  expect(written).toEqual(records);
});

it('names the record and the value of a label outside 0–9, also beyond the limit', () => {
  const records = makeRecords(7);
  records[5 * 3073] = 10;
  expect(() => decodeRecords('set', [file(records)], 2)).toThrow(
    /batch\.bin .*record 5 \(counted from 0\) must be from 0 to 9, got 10/,
  );
});

it('refuses sizes that are no whole number of records, and says how many bytes are over', () => {
  expect(() => formatsOfSize('a.bin', 0)).toThrow(/a\.bin is empty/);
  expect(() => formatsOfSize('a.bin', 2 * 3073 + 5)).toThrow(/got 6151 \(2 records and 5 bytes over\)/);
  expect(() => formatsOfSize('a.bin', 3072)).toThrow(DataError);
  expect(() => formatsOfSize('a.bin', 10_000 * 3073)).not.toThrow();
});

it('knows the records of both by their size', () => {
  expect(formatsOfSize('a.bin', 10_000 * 3074)).toEqual([CIFAR100]);
  expect(formatsOfSize('a.bin', 10_000 * 3073)).toEqual([CIFAR10]);
  expect(formatsOfSize('a.bin', 3073 * 3074)).toEqual([CIFAR10, CIFAR100]);
});

it('knows records of a size that fits both by their labels', () => {
  expect(formatOf(file(makeRecords(3074)))).toBe(CIFAR10);
  expect(formatOf(file(makeFineRecords(3073)))).toBe(CIFAR100);
});

it('takes the fine labels of CIFAR-100, and checks the coarse ones', () => {
  const records = makeFineRecords(3, 98);
  const { labels, pixels, recipe, classes } = decodeRecords('set', [file(records)], 3, CIFAR100);
  expect([recipe, classes.length, ...labels]).toEqual(['cifar100', 100, 98, 99, 0]);
  expect(pixels).toEqual(decodeRecords('set', [file(makeRecords(3))]).pixels);
  records[2 * 3074] = 20;
  expect(() => decodeRecords('set', [file(records)], 3, CIFAR100)).toThrow(
    /no binary file of CIFAR-100: the coarse label of record 2 .* from 0 to 19, got 20/,
  );
  expect(() => decodeRecords('set', [file(makeRecords(2))], 3, CIFAR100)).toThrow(
    /must hold records of 3074 bytes/,
  );
});

import { expect, it } from 'vitest';
import { decodeGrey } from '../pictures/picture.fixture.ts';
import type { SourceFile } from './files.ts';
import { WHOLE } from './files.ts';
import { makeRecords } from './records.fixture.ts';
import { readTrainAndTest as readParts } from './trainAndTest.ts';

const readTrainAndTest = (train: readonly SourceFile[], test: readonly SourceFile[], options = {}) =>
  readParts(train, test, { ...WHOLE, decode: decodeGrey, ...options });

const file = (name: string, count: number) => ({ path: name, file: new File([makeRecords(count)], name) });

it('takes files for training and files for testing, whatever their names', async () => {
  const { train, test } = await readTrainAndTest([file('test.bin', 5)], [file('train.bin', 3)]);
  expect([train.count, test.count]).toEqual([5, 3]);
});

it('finds the test among the files by name', async () => {
  const { train, test } = await readTrainAndTest(
    [file('test_batch.bin', 5), file('data_batch_1.bin', 7)],
    [],
  );
  expect([train.count, test.count]).toEqual([7, 5]);
});

it('holds out a tenth of a file that comes alone, even if it is called a test', async () => {
  for (const name of ['images.bin', 'test.bin']) {
    const { train, test } = await readTrainAndTest([file(name, 40)], []);
    expect([train.count, test.count]).toEqual([36, 4]);
  }
});

it('refuses a single image, of which nothing can be held out', async () => {
  await expect(readTrainAndTest([file('images.bin', 1)], [])).rejects.toThrow(/2 images or more.*got 1/);
});

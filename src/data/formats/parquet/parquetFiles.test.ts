import { expect, it } from 'vitest';
import { decodeGrey, pngOf } from '../../pictures/picture.fixture.ts';
import { type Role, WHOLE } from '../files.ts';
import { readFiles } from '../readFiles.ts';
import { makeParquet } from './parquet.fixture.ts';

/** A table of so many rows, with labels or without. */
function table(path: string, count: number, isLabelled = true) {
  const rows = Array.from({ length: count }, (_, i) => ({
    picture: pngOf(i),
    label: isLabelled ? i % 2 : null,
  }));
  return { path, file: new File([makeParquet(rows, { names: ['ant', 'bee'] })], path) };
}

async function counts(files: readonly ReturnType<typeof table>[], role: Role | null = null) {
  const {
    train,
    test,
    notices = [],
  } = await readFiles(files, role, { ...WHOLE, decode: decodeGrey }, 'some');
  return { train: train?.count, test: test?.count, notices };
}

it.each([
  'latest-0000.parquet',
  'contest.parquet',
  'attestation.parquet',
  'valley.parquet',
  'developers.parquet',
])('%s is no test set', async (name) => {
  expect(await counts([table('train.parquet', 4), table(name, 3)])).toEqual({
    train: 7,
    test: undefined,
    notices: [],
  });
});

it.each([
  'test-0.parquet',
  'validation-00000-of-00001.parquet',
  'val.parquet',
  'dev.parquet',
  'plain/test/0.parquet',
])('%s is a test set', async (name) => {
  expect(await counts([table('train.parquet', 4), table(name, 3)])).toMatchObject({ train: 4, test: 3 });
});

it('tests on the test set, and leaves validation out with a notice', async () => {
  const files = [table('train.parquet', 6), table('validation.parquet', 4), table('test.parquet', 3)];
  const notices = ['some: 4 images for validation are left out, because there is a test set.'];
  expect(await counts(files)).toEqual({ train: 6, test: 3, notices });
  expect(await counts(files.slice(1), 'test')).toEqual({ train: undefined, test: 3, notices });
});

it('tests on validation where the test set has no labels', async () => {
  const files = [table('train.parquet', 6), table('validation.parquet', 4), table('test.parquet', 3, false)];
  expect(await counts(files)).toEqual({
    ...{ train: 6, test: 4 },
    notices: ['some: 3 images for testing are left out for want of classes; validation tests.'],
  });
});

it('takes what the user names for training as it is', async () => {
  expect(await counts([table('validation.parquet', 4), table('test.parquet', 3)], 'train')).toEqual({
    ...{ train: 7, test: undefined },
    notices: [],
  });
});

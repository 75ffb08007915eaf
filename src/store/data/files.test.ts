import { describe, expect, it } from 'vitest';
import { WHOLE } from '../../data/formats/files.ts';
import { alone, dataOf, exportName } from './files.ts';

const named = (...names: string[]) => names.map((name) => new File([], name));

/** Names of the training and of the test files. */
function sorted(...names: string[]) {
  const { train, test } = dataOf(named(...names).map(alone));
  return [train.map(({ path }) => path), test.map(({ path }) => path)];
}

describe('dataOf', () => {
  it('takes files with a word that begins with test as test files', () => {
    expect(sorted('data_batch_1.bin', 'test_batch.bin', 'cifar10-Test-1000.bin')).toEqual([
      ['data_batch_1.bin'],
      ['test_batch.bin', 'cifar10-Test-1000.bin'],
    ]);
    expect(sorted('latest.bin', 'contest.bin')).toEqual([['latest.bin', 'contest.bin'], []]);
  });

  it('takes records, archives and parquet of a test or validation part as tests, but no picture for its name', () => {
    expect(sorted('train.parquet', 'validation-00000-of-00001.parquet')).toEqual([
      ['train.parquet'],
      ['validation-00000-of-00001.parquet'],
    ]);
    expect(sorted('train.parquet', 'dev.parquet', 'val-0000.parquet', 'latest-0000.parquet')).toEqual([
      ['train.parquet', 'latest-0000.parquet'],
      ['dev.parquet', 'val-0000.parquet'],
    ]);
    expect(sorted('test.png', 'cat.jpg')).toEqual([['test.png', 'cat.jpg'], []]);
  });

  it('leaves the parts of a folder to its reader', () => {
    const folder = ['train/cat/1.png', 'test/cat/2.png'].map((path) => ({ path, file: new File([], path) }));
    expect(dataOf(folder, 'photos')).toEqual({
      kind: 'files',
      name: 'photos',
      ...WHOLE,
      train: folder,
      test: [],
    });
    const records = named('data_batch_1.bin', 'test_batch.bin').map(alone);
    expect(dataOf(records, 'cifar-10-batches-bin').test).toEqual([]);
  });

  it('asks for as many images as a page has room for', () => {
    const huge = { name: 'unlabeled_X.bin', size: 27_648 * 100_000 } as File;
    expect(dataOf([alone(huge)]).limits).toEqual({ train: 21_000, test: null });
    const cifar = { name: 'cifar-10-binary.tar.gz', size: 170_052_171 } as File;
    expect(dataOf([alone(cifar)]).limits).toEqual(WHOLE.limits);
  });

  it('trains on a single file whatever its name is', () => {
    expect(sorted('test_batch.bin')).toEqual([['test_batch.bin'], []]);
  });

  it('hands no files on as no files', () => {
    expect(sorted()).toEqual([[], []]);
  });
});

it('exportName says what the file holds, what trained and how far', () => {
  const run = { system: 'dual-gating', width: 8, budget: 0.3, seed: 1 };
  expect(exportName('weights', run, 390)).toBe('dualgate-weights-dual-gating-w8-td0.30-seed1-step390.json');
  expect(exportName('run', run, 390)).toBe('dualgate-run-dual-gating-w8-td0.30-seed1-step390.dualgate.json');
});

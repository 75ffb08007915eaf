import { describe, expect, it } from 'vitest';
import { dataOf, exportName } from './files.ts';

const named = (...names: string[]) => names.map((name) => new File([], name));

/** Names of the training and of the test files. */
function sorted(...names: string[]) {
  const { train, test } = dataOf(named(...names));
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

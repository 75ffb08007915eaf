import { describe, expect, it } from 'vitest';
import { exportName, sortFiles } from './files.ts';

const named = (...names: string[]) => names.map((name) => new File([], name));

/** Names of the training and of the test files; null for a run. */
function sorted(...names: string[]) {
  const handed = sortFiles(named(...names));
  if (handed.kind === 'run') return null;
  const { train, test } = handed.source;
  return [train.map(({ path }) => path), test.map(({ path }) => path)];
}

describe('sortFiles', () => {
  it('takes a single JSON file as a run, and the same among others as data', () => {
    expect(sortFiles(named('Run.JSON'))).toMatchObject({ kind: 'run', file: { name: 'Run.JSON' } });
    expect(sorted('run.json', 'a.bin')).toEqual([['run.json', 'a.bin'], []]);
  });

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
});

import { expect, it } from 'vitest';
import { isTestFile, splitNameOf, splitOfFile } from './splitNames.ts';

it.each([
  ['train', 'train'],
  ['Training', 'train'],
  ['training_set', 'train'],
  ['TrainSet', 'train'],
  ['seg_train', 'train'],
  ['train2017', 'train'],
  ['train.X1', 'train'],
  ['val.X', 'val'],
  ['dev', 'val'],
  ['eval', 'val'],
  ['VALID', 'val'],
  ['test1', 'test'],
  ['seg_test', 'test'],
  ['tests', 'test'],
  ['trainval', 'train'],
  ['latest', null],
  ['contest', null],
  ['trainer', null],
  ['valley', null],
  ['devices', null],
  ['train_test', null],
])('%s is for %s', (name, split) => {
  expect(splitNameOf(name)?.split ?? null).toBe(split);
});

it.each([
  ['latest-0000.parquet', null],
  ['train-00000-of-00001-b42a775f407cee45.parquet', 'train'],
  ['validation-00000-of-00001.parquet', 'val'],
  ['default/test/0000.parquet', 'test'],
  ['test/train-0.parquet', 'train'],
])('%s is for %s', (path, split) => {
  expect(splitOfFile(path)).toBe(split);
});

it.each([
  ['test_batch.bin', true],
  ['cifar10-Test-1000.bin', true],
  ['stl10test_X.bin', true],
  ['validation.bin', true],
  ['contest.bin', false],
  ['latest_X.bin', false],
  ['test/data_batch_1.bin', false],
])('the file %s is for testing: %s', (path, isTest) => {
  expect(isTestFile(path)).toBe(isTest);
});

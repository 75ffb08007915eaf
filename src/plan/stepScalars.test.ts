import { expect, it } from 'vitest';
import { packStepScalars, STEP_WORDS } from './stepScalars.ts';

const SCALARS = {
  step: 5,
  passSeeds: [7, 0xfffffff0],
  learningRate: 0.1,
  aim: 0.5,
  boundWidth: 0.25,
} as const;

it('the numbers of a step lie in the order of their fields', () => {
  const words = packStepScalars({ ...SCALARS, termWeights: [2, 0, 3] });
  expect(words).toHaveLength(STEP_WORDS);
  expect([...words.subarray(0, 3)]).toEqual([5, 7, 0xfffffff0]);
  expect([...new Float32Array(words.buffer, 12)]).toEqual([
    ...[Math.fround(0.1), 0.5, 0.25, 2, 0, 3],
    ...[0, 0, 0, 0, 0, 0, 0],
  ]);
});

it('more terms than there is room for are refused', () => {
  expect(() => packStepScalars({ ...SCALARS, termWeights: new Array(9).fill(1) })).toThrow(
    'at most 8, got 9',
  );
});

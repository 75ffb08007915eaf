import { expect, it } from 'vitest';
import { mean, spreadOf } from './spread.ts';

it('the spread of values has n − 1 in it, and one value has none', () => {
  expect(mean([2, 4, 9])).toBe(5);
  // Squares of −3, −1 and 4 are 26 together.
  expect(spreadOf([2, 4, 9])).toEqual({ mean: 5, sd: Math.sqrt(13), count: 3 });
  expect(spreadOf([7])).toEqual({ mean: 7, sd: null, count: 1 });
  expect(spreadOf([])).toBeNull();
});

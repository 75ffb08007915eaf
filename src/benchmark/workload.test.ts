import { expect, it } from 'vitest';
import { configOf, median, stepInputs } from './workload.ts';

it('stepInputs gives every caller the same steps, one after the other', () => {
  const config = configOf({ width: 4, batch: 3 });
  const [first, second] = [stepInputs(config), stepInputs(config)];
  const one = first();
  expect(second()).toEqual(one);
  expect(first()).not.toEqual(one);
  expect(one.indices).toHaveLength(3);
});

it('median is the middle value, or the mean of the two in the middle', () => {
  expect(median([3, 100, 1])).toBe(3);
  expect(median([4, 1, 3, 100])).toBe(3.5);
});

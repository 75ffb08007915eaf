import { expect, it } from 'vitest';
import { median } from './median.ts';

it('median is the middle value, or the mean of the two in the middle', () => {
  expect(median([3, 100, 1])).toBe(3);
  expect(median([4, 1, 3, 100])).toBe(3.5);
});

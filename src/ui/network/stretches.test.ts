import { expect, it } from 'vitest';
import { hashedUniform } from '../../random.ts';
import { stretches } from './stretches.ts';

const values = Float64Array.from({ length: 63 }, (_, i) => Math.round(3 * hashedUniform(1, i)) / 3);

it('merged cells cover the row once, in order, and show what single ones show', () => {
  const merged = stretches(values, true);
  expect(merged.length).toBeLessThan(63);
  expect(merged[0]!.from).toBe(0);
  expect(merged.at(-1)!.to).toBe(63);
  for (const [i, { from, to, share }] of merged.entries()) {
    if (i > 0) expect(from).toBe(merged[i - 1]!.to);
    for (let at = from; at < to; at++) expect(Math.abs(share - values[at]!)).toBeLessThanOrEqual(0.005);
  }
});

it('single cells stay single', () => {
  expect(stretches(values, false).map(({ from, to }) => to - from)).toEqual(Array(63).fill(1));
});

it('cells without a value are merged with each other only', () => {
  const { NaN: none } = Number;
  expect(stretches([none, none, 0, 0.001, 1], true)).toEqual([
    { from: 0, to: 2, share: none },
    { from: 2, to: 4, share: 0 },
    { from: 4, to: 5, share: 1 },
  ]);
});

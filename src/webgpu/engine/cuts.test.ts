import { expect, it } from 'vitest';
import { cutEvenly, layerRuns } from './cuts.ts';

it('finds the layers of a program, and one that comes back as another', () => {
  const of = (...names: string[]) => names.map((name) => ({ of: name }));
  expect(layerRuns(of('a', 'a', 'b', 'a'))).toEqual([
    { end: 2, dispatches: 2 },
    { end: 3, dispatches: 1 },
    { end: 4, dispatches: 1 },
  ]);
  expect(layerRuns([{}, {}, ...of('a')])).toEqual([
    { end: 2, dispatches: 2 },
    { end: 3, dispatches: 1 },
  ]);
});

it('cuts into parts of about equal cost', () => {
  expect(cutEvenly([1, 1, 1, 1, 1, 1], 3)).toEqual([2, 4, 6]);
  expect(cutEvenly([1, 1, 1, 1, 1, 1], 1)).toEqual([6]);
  expect(cutEvenly([5, 1, 1, 1, 1, 1], 2)).toEqual([1, 6]);
  expect(cutEvenly([1, 1, 1, 1, 1, 5], 2)).toEqual([5, 6]);
  expect(cutEvenly([3, 5, 4, 3, 5], 4)).toEqual([1, 2, 4, 5]);
});

it('gives fewer parts where one costs more than a share, and never an empty one', () => {
  expect(cutEvenly([1, 30, 1], 8)).toEqual([1, 2, 3]);
  expect(cutEvenly([30, 1], 8)).toEqual([1, 2]);
  expect(cutEvenly([7], 4)).toEqual([1]);
  for (let parts = 1; parts <= 40; parts++) {
    const costs = Array.from({ length: 25 }, (_, i) => 1 + ((i * 7919) % 23));
    const ends = cutEvenly(costs, parts);
    expect(ends.length).toBeLessThanOrEqual(Math.min(parts, 25));
    expect(ends).toEqual([...new Set(ends)].toSorted((a, b) => a - b));
    expect([ends.at(-1), Math.min(...ends) > 0]).toEqual([25, true]);
  }
});

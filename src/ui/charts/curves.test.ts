import { describe, expect, it } from 'vitest';
import { placeFlags } from './curves.ts';

const flags = (...steps: number[]) => steps.map((step) => ({ step, label: 't_d' }));
const places = (steps: number[], last: number) =>
  placeFlags(flags(...steps), last).map(({ side, row }) => `${side} ${row}`);

describe('labels of flags', () => {
  it('stand right of their line, and left of it near the right edge', () => {
    expect(places([0, 50, 100], 100)).toEqual(['right 0', 'right 0', 'left 1']);
    expect(places([90], 90)).toEqual(['left 0']);
  });

  it('share a row when they are far apart, and have rows of their own when they are not', () => {
    expect(places([10, 15, 20, 60], 100)).toEqual(['right 0', 'right 1', 'right 2', 'right 0']);
  });

  it('start over in the row that ends first when there are more labels than rows', () => {
    expect(places([10, 11, 12, 13, 14], 100).at(-1)).toBe('right 0');
  });

  it('have a place before the first step', () => {
    expect(places([0], 0)).toEqual(['right 0']);
  });
});

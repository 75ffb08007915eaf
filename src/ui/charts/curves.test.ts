import { describe, expect, it } from 'vitest';
import { placeFlags, rangeOf } from './curves.ts';

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

describe('the range of an axis', () => {
  const AUTO = ['auto', 'auto'] as const;

  it('is what was asked for while values differ, and while there are none', () => {
    expect(rangeOf([40.8, 40.7], AUTO, false)).toBe(AUTO);
    expect(rangeOf([Number.NaN], AUTO, true)).toBe(AUTO);
  });

  it('has room around a value that is the only one, which may come again', () => {
    expect(rangeOf([40, Number.NaN, 40], AUTO, false)).toEqual([36, 44]);
    expect(rangeOf([40, 40 + 1e-14], AUTO, false)).toEqual([36, 44]);
    expect(rangeOf([-2], AUTO, false)).toEqual([-2.2, -1.8]);
    expect(rangeOf([0, 0], AUTO, false)).toEqual([0, 1]);
    expect(rangeOf([3], AUTO, true)).toEqual([1.5, 6]);
  });

  it('keeps an end that was asked for, if the value is not at it', () => {
    expect(rangeOf([0.3], [0, 'auto'], false)).toEqual([0, 'auto']);
    expect(rangeOf([0], [0, 'auto'], false)).toEqual([0, 1]);
    expect(rangeOf([1], [-1, 1], false)).toEqual([-1, 1]);
  });
});

import { describe, expect, it } from 'vitest';
import { stepAxis } from './axis.ts';
import { placeFlags } from './curves.ts';

const WIDTH = 300;
const flags = (...steps: number[]) => steps.map((step) => ({ step, label: 't_d .30' }));
const places = (steps: number[], last: number, zoom: readonly [number, number] | null = null) =>
  placeFlags(flags(...steps), stepAxis(last, zoom, false, 4), WIDTH).map(
    ({ x, side }) => `${side} ${Math.round(x)}`,
  );

describe('labels of flags', () => {
  it('stand right of their line, and left of it near the right edge', () => {
    expect(places([0, 50, 100], 100)).toEqual(['right 0', 'right 150', 'left 300']);
    expect(places([90], 90)).toEqual(['left 300']);
  });

  it('never cover each other: of labels that would, the latest stays, and every line does', () => {
    expect(places([10, 15, 20, 60], 100)).toEqual(['none 30', 'none 45', 'right 60', 'right 180']);
    expect(places([96, 98, 100], 100)).toEqual(['none 288', 'none 294', 'left 300']);
  });

  it('have a place before the first step', () => {
    expect(places([0], 0)).toEqual(['right 0']);
  });

  it('follow the zoom, which leaves some of them out', () => {
    expect(places([10, 50, 60], 100, [40, 80])).toEqual(['right 75', 'right 150']);
  });
});

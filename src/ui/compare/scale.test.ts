import { describe, expect, it } from 'vitest';
import { linearScale, logScale } from './scale.ts';

describe('linearScale', () => {
  it('names round numbers around the values', () => {
    const { ticks, at } = linearScale([0.23, 0.418], [100, 0]);
    expect(ticks).toEqual([0.2, 0.25, 0.3, 0.35, 0.4, 0.45]);
    expect([at(0.2), at(0.45), at(0.325)]).toEqual([100, 0, expect.closeTo(50)]);
  });

  it('gives one value alone some room', () => {
    const { ticks, at } = linearScale([0.3, 0.3], [0, 100]);
    expect(ticks[0]).toBeLessThan(0.3);
    expect(at(0.3)).toBeGreaterThan(0);
    expect(at(0.3)).toBeLessThan(100);
  });
});

describe('logScale', () => {
  it('puts equal ratios at equal distances', () => {
    const { ticks, at } = logScale([0.14, 1], [0, 100]);
    expect(ticks).toEqual([0.1, 0.2, 0.5, 1]);
    expect(at(0.2) - at(0.1)).toBeCloseTo(at(1) - at(0.5));
    expect([at(0.1), at(1)]).toEqual([0, 100]);
  });

  it('names powers of ten alone where there would be too many names', () => {
    expect(logScale([3e5, 7.1e8], [0, 1]).ticks).toEqual([1e6, 1e7, 1e8, 1e9]);
  });

  it('holds a single value', () => {
    const { at } = logScale([1, 1], [0, 100]);
    expect(at(1)).toBeGreaterThanOrEqual(0);
    expect(at(1)).toBeLessThanOrEqual(100);
  });
});

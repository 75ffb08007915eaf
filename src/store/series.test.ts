import { describe, expect, it } from 'vitest';
import { decimate, gaps, type Point, smoothed } from './series.ts';

function wave(count: number): Point[] {
  return Array.from({ length: count }, (_, i) => ({ x: i + 1, a: Math.sin(i / 7) * i, b: Math.cos(i / 3) }));
}

describe('decimation', () => {
  it('leaves a short curve alone', () => {
    const points = wave(63);
    expect(decimate(points, ['a', 'b'], 63)).toEqual(points);
  });

  it('draws at most 600 points of a long one, in order, with both ends', () => {
    const points = wave(10_001);
    const drawn = decimate(points, ['a', 'b']);
    expect(drawn.length).toBeLessThanOrEqual(600);
    expect(drawn.length).toBeGreaterThan(200);
    expect(drawn[0]).toBe(points[0]);
    expect(drawn.at(-1)).toBe(points.at(-1));
    expect(drawn.map(({ x }) => x)).toEqual(drawn.map(({ x }) => x).toSorted((p, q) => p - q));
  });

  it('loses no spike, up or down, of any curve', () => {
    const points = wave(5_003).map((point) => ({ ...point }));
    points[1234]!.a = 1e6;
    points[4001]!.b = -1e6;
    const drawn = decimate(points, ['a', 'b']);
    expect(drawn).toContain(points[1234]);
    expect(drawn).toContain(points[4001]);
  });

  it('keeps a value that is not finite, so that a gap shows', () => {
    const points = wave(5_003).map((point) => ({ ...point }));
    points[2500]!.a = Number.NaN;
    const drawn = decimate(points, ['a', 'b']);
    expect(drawn).toContain(points[2500]);
    expect(gaps(points, ['a', 'b'])).toEqual([2501]);
  });

  it('keeps the limit even when nothing is finite', () => {
    const points = wave(4_000).map(({ x }) => ({ x, a: Number.NaN }));
    expect(decimate(points, ['a']).length).toBeLessThanOrEqual(600);
  });
});

describe('smoothing', () => {
  it('by nothing gives the values back', () => {
    expect(smoothed([3, 1, 4], 0)).toEqual([3, 1, 4]);
  });

  it('of a constant is that constant from the first value on', () => {
    for (const value of smoothed(new Array(40).fill(7), 0.9)) expect(value).toBeCloseTo(7, 12);
  });

  it('is the mean of the past, weighted by powers of the weight', () => {
    const [, , third] = smoothed([1, 5, 2], 0.5);
    expect(third).toBeCloseTo((1 * 0.25 + 5 * 0.5 + 2) / (0.25 + 0.5 + 1), 12);
  });

  it('never flattens the curve: the weight ends at .99', () => {
    const values = Array.from({ length: 1000 }, (_, i) => i);
    expect(smoothed(values, 1)).toEqual(smoothed(values, 0.99));
    expect(smoothed(values, 1).at(-1)).toBeGreaterThan(800);
  });

  it('passes a value that is not finite through and goes on after it', () => {
    const [first, second, third] = smoothed([2, Number.NaN, 4], 0.5);
    expect([first, second]).toEqual([2, Number.NaN]);
    expect(third).toBeCloseTo((2 * 0.5 + 4) / 1.5, 12);
  });
});

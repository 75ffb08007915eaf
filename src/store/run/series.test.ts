import { describe, expect, it } from 'vitest';
import { decimate, indexAt, smoothed, spanOf } from './series.ts';

interface Row {
  a: number;
  b: number;
}

const a = (row: Row) => row.a;
const b = (row: Row) => row.b;

function wave(count: number): Row[] {
  return Array.from({ length: count }, (_, i) => ({ a: Math.sin(i / 7) * i, b: Math.cos(i / 3) }));
}

describe('decimation', () => {
  it('leaves a short curve alone', () => {
    expect(decimate(wave(63), [a, b], 63)).toEqual(Array.from({ length: 63 }, (_, i) => i));
  });

  it('draws at most 600 points of a long one, in order, with both ends', () => {
    const drawn = decimate(wave(10_001), [a, b]);
    expect(drawn.length).toBeLessThanOrEqual(600);
    expect(drawn.length).toBeGreaterThan(200);
    expect([drawn[0], drawn.at(-1)]).toEqual([0, 10_000]);
    expect(drawn).toEqual(drawn.toSorted((p, q) => p - q));
  });

  it('loses no spike, up or down, of any curve', () => {
    const rows = wave(5_003);
    rows[1234]!.a = 1e6;
    rows[4001]!.b = -1e6;
    expect(decimate(rows, [a, b])).toEqual(expect.arrayContaining([1234, 4001]));
  });

  it('keeps a value that is not finite, so that a gap shows', () => {
    const rows = wave(5_003);
    rows[2500]!.a = Number.NaN;
    expect(decimate(rows, [a, b])).toContain(2500);
  });

  it('keeps the limit even when nothing is finite', () => {
    expect(decimate(wave(4_000), [() => Number.NaN]).length).toBeLessThanOrEqual(600);
  });
});

describe('a part of the rows', () => {
  const rows = [1, 2, 5, 6, 9].map((step) => ({ step }));

  it('is those between two steps, with a neighbour at each end', () => {
    const steps = (from: number, to: number) =>
      rows.slice(...spanOf(rows, [from, to])).map(({ step }) => step);
    expect(steps(2, 5)).toEqual([1, 2, 5, 6]);
    expect(steps(3, 4)).toEqual([2, 5]);
    expect(steps(0, 20)).toEqual([1, 2, 5, 6, 9]);
    expect(steps(10, 20)).toEqual([9]);
    expect(spanOf(rows, null)).toEqual([0, 5]);
    expect(spanOf([], [1, 2])).toEqual([0, 0]);
  });

  it('is thinned as a whole is: its ends and its spikes stay', () => {
    const all = wave(5_003);
    all[2100]!.a = 1e6;
    const drawn = decimate(all, [a, b], 100, [2000, 3000]);
    expect([drawn[0], drawn.at(-1)]).toEqual([2000, 2999]);
    expect(drawn).toContain(2100);
    expect(drawn.length).toBeLessThanOrEqual(100);
    expect(decimate(all, [a], 100, [2000, 2003])).toEqual([2000, 2001, 2002]);
  });
});

describe('smoothing', () => {
  const over = (values: readonly number[], weight: number) => [...smoothed(values, (value) => value, weight)];

  it('by nothing gives the values back', () => {
    expect(over([3, 1, 4], 0)).toEqual([3, 1, 4]);
  });

  it('of a constant is that constant from the first value on', () => {
    for (const value of over(new Array(40).fill(7), 0.9)) expect(value).toBeCloseTo(7, 12);
  });

  it('is the mean of the past, weighted by powers of the weight', () => {
    expect(over([1, 5, 2], 0.5)[2]).toBeCloseTo((1 * 0.25 + 5 * 0.5 + 2) / (0.25 + 0.5 + 1), 12);
  });

  it('never flattens the curve: the weight ends at .99', () => {
    const values = Array.from({ length: 1000 }, (_, i) => i);
    expect(over(values, 1)).toEqual(over(values, 0.99));
    expect(over(values, 1).at(-1)).toBeGreaterThan(800);
  });

  it('passes a value that is not finite through and goes on after it', () => {
    const [first, second, third] = over([2, Number.NaN, 4], 0.5);
    expect([first, second]).toEqual([2, Number.NaN]);
    expect(third).toBeCloseTo((2 * 0.5 + 4) / 1.5, 12);
  });
});

it('the row of a step is the last one at or before it', () => {
  const rows = [2, 5, 9].map((step) => ({ step }));
  expect([1, 2, 4, 5, 8, 9, 100].map((step) => indexAt(rows, step))).toEqual([-1, 0, 0, 1, 1, 2, 2]);
  expect(indexAt([], 3)).toBe(-1);
});

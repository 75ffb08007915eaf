import { describe, expect, it } from 'vitest';
import { compareSeeds, MOST_MORE_SEEDS, studentQuantile } from './pairedSeeds.ts';

describe('studentQuantile', () => {
  it.each([
    // Two-sided 95 % values as printed in tables of the t-distribution.
    [1, 12.706],
    [2, 4.303],
    [3, 3.182],
    [4, 2.776],
    [5, 2.571],
    [6, 2.447],
    [7, 2.365],
    [9, 2.262],
    [10, 2.228],
    [15, 2.131],
    [20, 2.086],
    [30, 2.042],
    [60, 2.0],
    [120, 1.98],
  ])('gives the table’s 95 %% value for %i degrees of freedom', (freedom, value) => {
    expect(Math.abs(studentQuantile(0.95, freedom) - value)).toBeLessThan(0.000501);
  });

  it.each([
    [1, 63.657],
    [2, 9.925],
    [10, 3.169],
    [30, 2.75],
  ])('gives the table’s 99 %% value for %i degrees of freedom', (freedom, value) => {
    expect(Math.abs(studentQuantile(0.99, freedom) - value)).toBeLessThan(0.000501);
  });

  it('has the closed forms of one and two degrees of freedom', () => {
    expect(studentQuantile(0.95, 1)).toBeCloseTo(Math.tan(0.95 * (Math.PI / 2)), 9);
    expect(studentQuantile(0.95, 2)).toBeCloseTo(0.95 * Math.sqrt(2 / (1 - 0.95 ** 2)), 9);
  });
});

describe('compareSeeds', () => {
  it('gives mean, spread and interval of the differences', () => {
    // Mean .02, sd .01, so ± 4.303 × .01 / √3.
    const found = compareSeeds([0.01, 0.02, 0.03])!;
    expect(found).toMatchObject({ count: 3, apart: false });
    expect(found.mean).toBeCloseTo(0.02, 12);
    expect(found.sd).toBeCloseTo(0.01, 12);
    expect(found.half).toBeCloseTo((4.30265 * 0.01) / Math.sqrt(3), 7);
  });

  it('tells how many more seeds would leave out 0 at the same mean and spread', () => {
    // At four seeds 3.182 × .01 / 2 = .0159 is below .02.
    expect(compareSeeds([0.01, 0.02, 0.03])!.moreSeeds).toBe(1);
    expect(compareSeeds([-0.01, -0.02, -0.03])!.moreSeeds).toBe(1);
    // Mean .01, sd .01: 2.571 × .01 / √6 = .0105 at six seeds, 2.447 × .01 / √7 = .0092 at seven.
    expect(compareSeeds([0, 0.01, 0.02])!.moreSeeds).toBe(4);
  });

  it('calls apart what is apart, on either side', () => {
    for (const sign of [1, -1]) {
      const found = compareSeeds([0.05, 0.051, 0.052].map((value) => sign * value))!;
      expect(found).toMatchObject({ apart: true, moreSeeds: 0 });
      expect(Math.sign(found.mean)).toBe(sign);
    }
    expect(compareSeeds([0.05, 0.05])).toMatchObject({ apart: true, half: 0, moreSeeds: 0 });
  });

  it('gives no number of seeds that nobody trains', () => {
    expect(compareSeeds([0.1, -0.099])!.moreSeeds).toBeNull();
    expect(compareSeeds([0, 0])).toMatchObject({ apart: false, moreSeeds: null });
    expect(MOST_MORE_SEEDS).toBe(100);
  });

  it('has no interval for one seed, and nothing for none', () => {
    const one = { count: 1, mean: 0.3, sd: null, half: null, apart: false, moreSeeds: null };
    expect(compareSeeds([0.3])).toEqual(one);
    expect(compareSeeds([])).toBeNull();
  });
});

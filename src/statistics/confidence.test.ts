import { describe, expect, it } from 'vitest';
import { mcnemar, standardError } from './confidence.ts';

/**
 * Two classifiers. Each argument is a number of images: right by the first only, by the second only, by both,
 * by neither.
 */
function pair(onlyFirst: number, onlySecond: number, both = 10, neither = 10) {
  const flags = (...parts: (readonly [number, number])[]) =>
    Uint8Array.from(parts.flatMap(([count, flag]) => new Array<number>(count).fill(flag)));
  return mcnemar(
    flags([onlyFirst, 1], [onlySecond, 0], [both, 1], [neither, 0]),
    flags([onlyFirst, 0], [onlySecond, 1], [both, 1], [neither, 0]),
  );
}

describe('standardError', () => {
  it('is that of a share: half a point at 50 % of 10,000 images', () => {
    expect(standardError(0.5, 10_000)).toBeCloseTo(0.005, 12);
    expect(standardError(1, 7)).toBe(0);
  });
});

describe('mcnemar', () => {
  it('sums the binomial tails of few discordant images', () => {
    // 2 · (1 + 8) / 2⁸
    expect(pair(7, 1)).toMatchObject({ onlyFirst: 7, onlySecond: 1, p: 18 / 256, test: 'exact binomial' });
    expect(pair(1, 7).p).toBe(18 / 256);
    expect(pair(0, 5).p).toBe(2 / 32);
  });

  it('finds nothing where the two are as often alone right, or always agree', () => {
    expect(pair(6, 6).p).toBe(1);
    expect(pair(0, 0)).toMatchObject({ p: 1, difference: 0, standardError: 0 });
    expect(pair(40, 40).p).toBe(1);
  });

  it.each([
    // The values are erfc((|b − c| − 1) / √(2 (b + c))), computed with the C library.
    [59, 121, 5.450094825427123e-6],
    [45, 55, 0.368120250693519],
    [30, 51, 0.02626829138204225],
    [100, 141, 0.009976968983432978],
  ])('takes χ² with continuity correction for many: %i against %i', (b, c, p) => {
    const { p: found, test } = pair(b, c);
    expect(test).toContain('chi-squared');
    expect(found / p).toBeCloseTo(1, 9);
  });

  it('agrees with the exact sum where the two meet', () => {
    let exact = 0;
    let term = 0.5 ** 60;
    for (let i = 0; i <= 20; i++) {
      exact += 2 * term;
      term *= (60 - i) / (i + 1);
    }
    expect(pair(20, 40).p).toBeCloseTo(exact, 2);
  });

  it('gives the difference of the accuracies and its paired standard error', () => {
    const { difference, standardError: error, count } = pair(9, 3, 20, 8);
    expect(count).toBe(40);
    expect(difference).toBeCloseTo(6 / 40, 12);
    const values = [...new Array(9).fill(1), ...new Array(3).fill(-1), ...new Array(28).fill(0)];
    const spread = values.reduce((sum, value) => sum + (value - 6 / 40) ** 2, 0) / 40;
    expect(error).toBeCloseTo(Math.sqrt(spread / 40), 12);
  });

  it('refuses different images', () => {
    expect(() => mcnemar(new Uint8Array(3), new Uint8Array(4))).toThrow('got 3 and 4');
  });
});

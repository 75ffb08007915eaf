import { describe, expect, it } from 'vitest';
import { hashedUniform } from '../random.ts';
import { openCounts, separation, twoProportionZ } from './separation.ts';

describe('twoProportionZ', () => {
  it('is what a hand computes', () => {
    // p = 20/40 = .5, variance .25 · (1/20 + 1/20) = .025, z = .5 / √.025 = √10.
    expect(twoProportionZ(15, 20, 5, 20)).toBeCloseTo(Math.sqrt(10), 12);
    // p = 70/200 = .35, variance .2275 / 50 = .00455, z = .1 / .0674537.
    expect(twoProportionZ(40, 100, 30, 100)).toBeCloseTo(1.482499, 6);
    // Groups of different sizes: p = 7/10, variance .21 · (1/2 + 1/8) = .13125, z = (0 − 7/8) / .3622844.
    expect(twoProportionZ(0, 2, 7, 8)).toBeCloseTo(-2.415229, 6);
  });

  it('changes its sign with the groups, and is 0 where nothing varies', () => {
    expect(twoProportionZ(3, 7, 9, 11)).toBeCloseTo(-twoProportionZ(9, 11, 3, 7), 12);
    expect(twoProportionZ(0, 5, 0, 3)).toBe(0);
    expect(twoProportionZ(5, 5, 3, 3)).toBe(0);
  });

  it('squared is Pearson’s χ² of the 2 × 2 table', () => {
    for (const [x, a, y, b] of [
      [3, 10, 8, 13],
      [1, 40, 2, 3],
      [17, 18, 1, 50],
    ] as const) {
      const total = a + b;
      const open = x + y;
      const cells = [
        [x, a, open],
        [a - x, a, total - open],
        [y, b, open],
        [b - y, b, total - open],
      ] as const;
      const chi = cells.reduce((sum, [n, row, column]) => {
        const expected = (row * column) / total;
        return sum + (n - expected) ** 2 / expected;
      }, 0);
      expect(twoProportionZ(x, a, y, b) ** 2).toBeCloseTo(chi, 9);
    }
  });
});

it('openCounts counts the given images only', () => {
  const gate = Uint8Array.of(1, 0, 1, /**/ 1, 1, 0, /**/ 0, 0, 1);
  expect([...openCounts(gate, 3, [0, 2])]).toEqual([1, 0, 2]);
  expect([...openCounts(gate, 3, [])]).toEqual([0, 0, 0]);
});

describe('separation', () => {
  const CHANNELS = [3, 5];
  const N = 63;
  const gates = CHANNELS.map((channels, block) =>
    Uint8Array.from({ length: N * channels }, (_, i) => Number(hashedUniform(block, i) < 0.4)),
  );
  // Channel 3 of the second block is open only for the first twenty images.
  for (let n = 0; n < N; n++) gates[1]![n * 5 + 3] = Number(n < 20);
  const first = Array.from({ length: 20 }, (_, n) => n);
  const others = Array.from({ length: N - 20 }, (_, n) => n + 20);

  it('puts the channel first that one group opens and the other does not', () => {
    const ranked = separation(gates, CHANNELS, first, others);
    expect(ranked).toHaveLength(8);
    expect(ranked[0]).toMatchObject({ block: 1, channel: 3, rateA: 1, rateB: 0 });
    expect(ranked[0]!.z).toBeCloseTo(Math.sqrt(N), 12);
    for (let i = 1; i < 8; i++)
      expect(Math.abs(ranked[i]!.z)).toBeLessThanOrEqual(Math.abs(ranked[i - 1]!.z));
  });

  it('turns round with the groups', () => {
    const there = separation(gates, CHANNELS, first, others);
    const back = separation(gates, CHANNELS, others, first);
    for (const { block, channel, rateA, rateB, z } of there) {
      const twin = back.find((other) => other.block === block && other.channel === channel)!;
      expect(twin.rateA).toBe(rateB);
      expect(twin.rateB).toBe(rateA);
      expect(twin.z).toBeCloseTo(-z, 12);
    }
  });

  it('refuses an empty group and images without gates', () => {
    expect(() => separation(gates, CHANNELS, [], others)).toThrow('not empty, got 0 and 43');
    expect(() => separation(gates, CHANNELS, first, [N])).toThrow('images 0 to 62');
  });
});

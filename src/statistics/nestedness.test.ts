import { describe, expect, it } from 'vitest';
import { hashedUniform } from '../random.ts';
import { nestedness } from './nestedness.ts';

const SIZES = [1, 3, 63, 65];
/** Gates of blocks of odd sizes, each open where its draw is below `share`. */
const gatesOf = (seed: number, share: number) =>
  SIZES.map((size, l) =>
    Uint8Array.from({ length: 40 * size }, (_, i) => Number(hashedUniform(seed + l, i) < share)),
  );

describe('nestedness', () => {
  it('is 1 where every open gate stays open, and for a budget with itself', () => {
    const [few, many] = [gatesOf(1, 0.2), gatesOf(1, 0.6)];
    expect(nestedness(few, many)).toBe(1);
    expect(nestedness(many, many)).toBe(1);
    // The other way round it is the share that the smaller budget keeps.
    const open = (gates: readonly Uint8Array[]) =>
      gates.reduce((sum, block) => sum + block.filter((gate) => gate === 1).length, 0);
    expect(nestedness(many, few)).toBe(open(few) / open(many));
  });

  it('is a count of pairs', () => {
    expect(
      nestedness(
        [Uint8Array.of(1, 1, 0, 0), Uint8Array.of(1)],
        [Uint8Array.of(1, 0, 1, 1), Uint8Array.of(1)],
      ),
    ).toBe(2 / 3);
  });

  it('comes to the share of open gates for draws that know nothing of each other', () => {
    expect(nestedness(gatesOf(10, 0.3), gatesOf(20, 0.7))).toBeCloseTo(0.7, 1);
  });

  it('is not known where nothing is open', () => {
    expect(nestedness(gatesOf(1, 0), gatesOf(1, 1))).toBeNull();
    expect(nestedness([], [])).toBeNull();
  });

  it('refuses gates of other images', () => {
    expect(() => nestedness([new Uint8Array(3)], [new Uint8Array(4)])).toThrow('got sizes 3 and 4');
  });
});

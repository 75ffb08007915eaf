import { describe, expect, it } from 'vitest';
import { packBits, rightOnes, unpackBits } from './bitset.ts';

describe('right predictions as bits', () => {
  it('fill each byte from its lowest bit', () => {
    expect(packBits(Uint8Array.of(1, 1, 0, 0, 0, 0, 0, 1, 0, 1))).toBe(btoa('\x83\x02'));
  });

  it.each([1, 7, 8, 9, 1003])('come back whole: %i of them', (count) => {
    const flags = Uint8Array.from({ length: count }, (_, n) => ((n * n + n) % 3) % 2);
    expect(unpackBits(packBits(flags), count)).toEqual(flags);
  });

  it('are those that equal their label', () => {
    expect(rightOnes(Uint8Array.of(3, 1, 4), Uint8Array.of(3, 2, 4))).toEqual(Uint8Array.of(1, 0, 1));
  });

  it('of another number of images are refused', () => {
    expect(() => unpackBits(packBits(new Uint8Array(9)), 8)).toThrow('8 flags must have 1 bytes, got 2');
  });
});

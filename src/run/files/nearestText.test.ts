import { describe, expect, it } from 'vitest';
import { toBase64 } from '../../network/weights.ts';
import { nearestArrays, nearestTexts, packNearest, unpackNearest } from './nearestText.ts';

describe('neighbours as text', () => {
  it.each([
    [1, 0],
    [2, 1],
    [6, 5],
    [300, 5],
  ])('come back: %i images, %i neighbours of each', (count, k) => {
    const nearest = Uint16Array.from(
      { length: count * k },
      (_, i) => (Math.floor(i / k) + 1 + (i % k)) % count,
    );
    expect(unpackNearest(packNearest(nearest), count)).toEqual(nearest);
    const branches = { dense: nearest, slim50: nearest };
    expect(nearestArrays(nearestTexts(branches), count)).toEqual(branches);
  });

  it('hold the low bytes first', () => {
    expect(packNearest(Uint16Array.of(258, 1))).toBe(toBase64(Uint8Array.of(2, 1, 1, 0)));
  });

  it.each([
    ['not equally many', packNearest(Uint16Array.of(1, 0, 1)), 2, 'equally many for each, got 6 bytes'],
    ['half a number', toBase64(Uint8Array.of(1, 0, 0)), 3, 'equally many for each, got 3 bytes'],
    ['an image that is not there', packNearest(Uint16Array.of(1, 2)), 2, 'another one of 2 images, got 2'],
    ['the image itself', packNearest(Uint16Array.of(1, 1)), 2, 'a neighbour of image 1 must be another'],
  ])('are refused: %s', (_, text, count, words) => {
    expect(() => unpackNearest(text, count)).toThrow(words);
  });
});

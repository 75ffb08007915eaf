import { describe, expect, it } from 'vitest';
import { hashedUniform } from '../random.ts';
import { sharedImages } from './sharedImages.ts';

/** Images of which the pixels of the i-th are decided by `shows[i]`. @param shift bytes before the first */
function images(shows: readonly number[], size = 4, shift = 0) {
  const length = 3 * size * size;
  const pixels = new Uint8Array(shift + shows.length * length).subarray(shift);
  for (const [i, show] of shows.entries()) {
    for (let at = 0; at < length; at++) pixels[i * length + at] = 256 * hashedUniform(show, at);
  }
  return { count: shows.length, size, pixels };
}

describe('sharedImages', () => {
  it.each([
    [4, 0],
    [4, 1],
    [5, 0],
    [5, 3],
  ])('finds test images among others, of side %i that begin at byte %i', (size, shift) => {
    const train = images([1, 2, 3, 2, 4], size, shift);
    expect([...sharedImages([train], images([9, 2, 8, 4, 2], size))]).toEqual([0, 1, 0, 1, 1]);
    expect([...sharedImages([images([7], size), train], images([1, 7, 5], size))]).toEqual([1, 1, 0]);
  });

  it('compares whole images: one byte is enough to tell them apart', () => {
    const size = 64; // Only a part of such an image is hashed.
    const train = images([1, 2], size);
    for (const at of [0, 5, 6143, 12_287]) {
      const test = images([1, 2], size);
      test.pixels[at]! ^= 1;
      expect([...sharedImages([train], test)]).toEqual([0, 1]);
    }
  });

  it('finds nothing among images of another side', () => {
    expect([...sharedImages([images([1], 8)], images([1], 4))]).toEqual([0]);
  });

  it('takes well under a second for 50,000 and 10,000 images of 32 × 32 pixels', () => {
    const length = 3 * 32 * 32;
    const noise = new Uint32Array((50_000 * length) / 4);
    for (let i = 0, state = 1; i < noise.length; i++)
      noise[i] = state = Math.imul(state, 1_664_525) + 1_013_904_223;
    const train = { count: 50_000, size: 32, pixels: new Uint8Array(noise.buffer) };
    const test = { count: 10_000, size: 32, pixels: train.pixels.slice(40_005 * length) };
    const tests = { ...test, count: 9995 };
    // The best of three, because other work may hold the machine.
    const times = [1, 2, 3].map(() => {
      const from = performance.now();
      expect(sharedImages([train], tests).every((flag) => flag === 1)).toBe(true);
      return performance.now() - from;
    });
    expect(Math.min(...times)).toBeLessThan(1000);
  });
});

import { describe, expect, it } from 'vitest';
import { blurScratch, gaussianBlur } from './blur.ts';

function blurred(image: Uint8Array, size: number, sigma: number): Uint8Array {
  const copy = image.slice();
  gaussianBlur(copy, size, sigma, blurScratch(size));
  return copy;
}

describe('gaussianBlur', () => {
  it.each([1, 2, 3, 33])('leaves a plain area of %i pixels as it is, however wide the blur', (size) => {
    const image = new Uint8Array(size * size * 3).map((_, i) => [12, 130, 255][i % 3]!);
    for (const sigma of [0.1, 1, 2, 40]) expect(blurred(image, size, sigma)).toEqual(image);
  });

  it.each([1, 1.5, 2])('spreads an edge with a standard deviation of %f pixels', (sigma) => {
    const size = 33;
    const image = new Uint8Array(size * size * 3);
    for (let i = 0; i < image.length; i++) image[i] = Math.floor(i / 3) % size >= 16 ? 250 : 0;
    const out = blurred(image, size, sigma);
    // The slope of the blurred edge is the kernel. Its mean stays at the edge, and its variance is sigma
    // squared.
    const row = Array.from({ length: size }, (_, x) => out[(16 * size + x) * 3]!);
    const slope = row.slice(1).map((value, x) => value - row[x]!);
    const mean = slope.reduce((sum, weight, x) => sum + weight * (x + 1), 0) / 250;
    const variance = slope.reduce((sum, weight, x) => sum + weight * (x + 1 - mean) ** 2, 0) / 250;
    expect(mean).toBeCloseTo(16, 1);
    expect(Math.sqrt(variance)).toBeGreaterThan(sigma * 0.93);
    expect(Math.sqrt(variance)).toBeLessThan(sigma * 1.07);
  });

  it('blurs rows and columns alike, and channels apart', () => {
    const size = 9;
    const image = new Uint8Array(size * size * 3);
    image[(4 * size + 4) * 3 + 1] = 255;
    const out = blurred(image, size, 1.2);
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        const at = (y * size + x) * 3;
        expect([out[at], out[at + 2]]).toEqual([0, 0]);
        expect(Math.abs(out[at + 1]! - out[(x * size + y) * 3 + 1]!)).toBeLessThanOrEqual(1);
      }
    }
    expect(out[(4 * size + 4) * 3 + 1]).toBeLessThan(60);
  });
});

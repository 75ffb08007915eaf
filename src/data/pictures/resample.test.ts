import { describe, expect, it } from 'vitest';
import { stream } from '../../random.ts';
import type { Crop } from '../images/views.ts';
import { cropResize, resampleScratch } from './resample.ts';

function randomImage(size: number): Uint8Array {
  const random = stream(size, 'order');
  return Uint8Array.from({ length: size * size * 3 }, () => random.below(256));
}

function resized(source: Uint8Array, sourceSize: number, crop: Crop, size: number, offset = 0): Uint8Array {
  const target = new Uint8Array(size * size * 3);
  cropResize(source, offset, sourceSize, crop, target, size, resampleScratch(sourceSize, size));
  return target;
}

/** The same computed from the definition, in two dimensions at once and without rounding in between. */
function reference(source: Uint8Array, sourceSize: number, crop: Crop, size: number): number[] {
  const kernel = (t: number) => {
    const x = Math.abs(t);
    if (x >= 2) return 0;
    return x < 1 ? 1.5 * x ** 3 - 2.5 * x ** 2 + 1 : -0.5 * x ** 3 + 2.5 * x ** 2 - 4 * x + 2;
  };
  const weights = (input: number, at: number) => {
    const scale = input / size;
    const wide = Math.max(1, scale);
    const raw = Array.from({ length: input }, (_, i) => kernel((i + 0.5 - (at + 0.5) * scale) / wide));
    const sum = raw.reduce((a, b) => a + b, 0);
    return raw.map((weight) => weight / sum);
  };
  const out: number[] = [];
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const rows = weights(crop.height, y);
      const columns = weights(crop.width, x);
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        rows.forEach((wy, i) => {
          columns.forEach((wx, j) => {
            const at = ((crop.top + i) * sourceSize + crop.left + j) * 3 + channel;
            sum += wy * wx * source[at]!;
          });
        });
        out.push(Math.min(255, Math.max(0, sum)));
      }
    }
  }
  return out;
}

describe('cropResize', () => {
  it.each([
    [33, { top: 4, left: 9, height: 7, width: 19 }, 33],
    [33, { top: 0, left: 0, height: 33, width: 33 }, 16],
    [17, { top: 1, left: 2, height: 15, width: 3 }, 9],
    [64, { top: 0, left: 1, height: 64, width: 63 }, 5],
  ])('agrees with the two-dimensional definition: %i pixels, crop %o, to %i', (sourceSize, crop, size) => {
    const source = randomImage(sourceSize);
    const got = resized(source, sourceSize, crop, size);
    const exact = reference(source, sourceSize, crop, size);
    // Overshoot is clipped after the first pass too, so a few values of noise images differ by more than
    // rounding.
    const errors = exact.map((value, i) => Math.abs(got[i]! - value)).sort((a, b) => a - b);
    expect(errors[Math.floor(errors.length * 0.9)]).toBeLessThan(1.5);
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    expect(mean).toBeLessThan(1);
  });

  it('leaves an image as it is when nothing is cut and nothing resized', () => {
    const source = randomImage(33);
    expect(resized(source, 33, { top: 0, left: 0, height: 33, width: 33 }, 33)).toEqual(source);
  });

  it.each([1, 2, 33])('makes a crop of one pixel a plain area of its colour, %i wide', (size) => {
    const source = randomImage(5);
    const crop = { top: 3, left: 2, height: 1, width: 1 };
    const at = (3 * 5 + 2) * 3;
    const got = resized(source, 5, crop, size);
    got.forEach((byte, i) => {
      expect(byte).toBe(source[at + (i % 3)]);
    });
  });

  it('lets no pixel outside the crop through', () => {
    const source = randomImage(11);
    const crop = { top: 2, left: 3, height: 6, width: 5 };
    const before = resized(source, 11, crop, 13);
    for (let y = 0; y < 11; y++) {
      for (let x = 0; x < 11; x++) {
        const inside = y >= 2 && y < 8 && x >= 3 && x < 8;
        if (!inside) source.fill(255, (y * 11 + x) * 3, (y * 11 + x + 1) * 3);
      }
    }
    expect(resized(source, 11, crop, 13)).toEqual(before);
  });

  it('reads the image that starts at the offset', () => {
    const first = randomImage(7);
    const second = randomImage(9).slice(0, 147);
    const both = Uint8Array.from([...first, ...second]);
    const crop = { top: 1, left: 0, height: 5, width: 7 };
    expect(resized(both, 7, crop, 7, 147)).toEqual(resized(second, 7, crop, 7));
  });
});

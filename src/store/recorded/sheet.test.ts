import { expect, it } from 'vitest';
import { cut } from './sheet.ts';

it('cuts a sheet into its images, row by row, without the opacity', () => {
  // Three images of 2 × 2 pixels in two columns. Every pixel is its number.
  const width = 4;
  const rgba = Uint8ClampedArray.from({ length: 4 * width * 4 }, (_, i) => Math.floor(i / 4));
  const images = cut(rgba, width, { columns: 2, count: 3, size: 2 });
  const pixels = Array.from({ length: 12 }, (_, i) => images[3 * i]);
  expect(pixels).toEqual([0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13]);
});

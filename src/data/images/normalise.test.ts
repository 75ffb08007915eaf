import { describe, expect, it } from 'vitest';
import { normalisationTable, normaliseImages } from './normalise.ts';
import { RECIPES } from './recipe.ts';

const images = { count: 3, size: 5, pixels: Uint8Array.from({ length: 3 * 75 }, (_, i) => (i * 37) % 256) };

describe('normaliseImages', () => {
  it('subtracts the mean and divides by the deviation of each channel, on the 0–1 scale', () => {
    const normalised = normaliseImages(images, 0, 3, RECIPES.cifar10.evaluation);
    expect(normalised.length).toBe(images.pixels.length);
    normalised.forEach((value, i) => {
      const { mean, std } = RECIPES.cifar10.evaluation;
      expect(value).toBeCloseTo((images.pixels[i]! / 255 - mean[i % 3]!) / std[i % 3]!, 5);
    });
  });

  it('takes a range of images, and fills the start of a given array', () => {
    const all = normaliseImages(images, 0, 3, RECIPES.cifar10.evaluation);
    const out = new Float32Array(100).fill(9);
    const second = normaliseImages(images, 1, 2, RECIPES.cifar10.evaluation, out);
    expect(second).toEqual(all.slice(75, 150));
    expect(second.buffer).toBe(out.buffer);
    expect(out.slice(75)).toEqual(new Float32Array(25).fill(9));
    expect(normaliseImages(images, 2, 2, RECIPES.cifar10.evaluation).length).toBe(0);
  });

  it('refuses a range outside the images and an array that is too small', () => {
    expect(() => normaliseImages(images, 1, 4, RECIPES.cifar10.evaluation)).toThrow('within 0–3, got 1–4');
    expect(() => normaliseImages(images, 0, 1, RECIPES.cifar10.evaluation, new Float32Array(74))).toThrow(
      'at least 75 values, got 74',
    );
  });
});

describe('normalisationTable', () => {
  it('has a row of 256 per channel', () => {
    const table = normalisationTable({ mean: [0, 0.5, 1], std: [1, 0.5, 0.25] });
    expect([table[0], table[255], table[256], table[511], table[512], table[767]]).toEqual([
      0, 1, -1, 1, -4, 0,
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import type { Images } from '../../data/images/dataset.ts';
import { normalisationTable, normaliseImages } from '../../data/images/normalise.ts';
import { RECIPES } from '../../data/images/recipe.ts';
import { CIFAR10_POLICY, drawView, identityView } from '../../data/images/views.ts';
import { stream } from '../../random.ts';
import { augmentBatch, viewRenderer } from './augment.ts';

function randomImages(count: number, size: number): Images {
  const random = stream(size, 'order');
  return {
    count,
    size,
    pixels: Uint8Array.from({ length: count * size * size * 3 }, () => random.below(256)),
  };
}

const everything = {
  ...CIFAR10_POLICY,
  blur: { probability: [0.5, 0.5] as const, sigma: [0.1, 2] as const },
};

describe('augmentBatch', () => {
  it('of whole images only normalises them', () => {
    const images = randomImages(4, 33);
    const views = Array.from({ length: 2 }, () => identityView(33));
    const batch = augmentBatch(images, Uint32Array.of(3, 1), views, RECIPES.cifar10.training);
    const perImage = 33 * 33 * 3;
    expect(batch.subarray(0, perImage)).toEqual(normaliseImages(images, 3, 4, RECIPES.cifar10.training));
    expect(batch.subarray(perImage)).toEqual(normaliseImages(images, 1, 2, RECIPES.cifar10.training));
  });

  it.each([1, 3, 33])('is each view rendered alone, then normalised: images of %i pixels', (size) => {
    const images = randomImages(5, size);
    const random = stream(2, 'augment');
    const indices = Uint32Array.of(4, 0, 0, 2, 1, 3, 4);
    const views = Array.from(indices, () => drawView(everything, 0, size, random));
    const batch = augmentBatch(images, indices, views, RECIPES.cifar10.training);
    const table = normalisationTable(RECIPES.cifar10.training);
    const perImage = size * size * 3;
    indices.forEach((index, row) => {
      const bytes = viewRenderer(size, size).render(images.pixels, index, views[row]!);
      const expected = Float32Array.from(bytes, (byte, i) => table[(i % 3) * 256 + byte]!);
      expect(batch.subarray(row * perImage, (row + 1) * perImage)).toEqual(expected);
    });
  });

  it('writes into the start of a given array', () => {
    const images = randomImages(2, 3);
    const out = new Float32Array(60).fill(7);
    const batch = augmentBatch(images, Uint32Array.of(1), [identityView(3)], RECIPES.cifar10.training, out);
    expect(batch.buffer).toBe(out.buffer);
    expect(batch.length).toBe(27);
    expect(out.slice(27)).toEqual(new Float32Array(33).fill(7));
  });

  it('refuses views that do not fit the batch, the images or the array', () => {
    const images = randomImages(2, 3);
    const at = (index: number, crop = identityView(3).crop, out?: Float32Array) =>
      augmentBatch(
        images,
        Uint32Array.of(index),
        [{ ...identityView(3), crop }],
        RECIPES.cifar10.training,
        out,
      );
    expect(() =>
      augmentBatch(images, Uint32Array.of(0, 1), [identityView(3)], RECIPES.cifar10.training),
    ).toThrow('one view per image, 2, got 1');
    expect(() => at(2)).toThrow('below 2, got 2');
    expect(() => at(0, { top: 1, left: 0, height: 3, width: 3 })).toThrow('within 3 × 3');
    expect(() => at(0, { top: 0, left: 0, height: 1.5, width: 3 })).toThrow('whole pixels');
    expect(() => at(0, identityView(3).crop, new Float32Array(26))).toThrow('at least 27 values, got 26');
  });
});

describe('viewRenderer', () => {
  const { pixels } = randomImages(1, 7);
  const render = (change: Partial<ReturnType<typeof identityView>>) =>
    viewRenderer(7, 7)
      .render(pixels, 0, { ...identityView(7), ...change })
      .slice();

  it('mirrors rows of odd length, pixel by pixel', () => {
    const mirrored = render({ flip: true });
    for (let y = 0; y < 7; y++) {
      for (let x = 0; x < 7; x++) {
        const from = (y * 7 + 6 - x) * 3;
        const to = (y * 7 + x) * 3;
        expect(mirrored.subarray(to, to + 3)).toEqual(pixels.subarray(from, from + 3));
      }
    }
  });

  it('jitters in the order of the view: darkening before or after raising contrast differs', () => {
    const factors = { brightness: 0.5, contrast: 1.4, saturation: 1, hue: 0 };
    const first = render({ jitter: { ...factors, order: ['brightness', 'contrast', 'saturation', 'hue'] } });
    const last = render({ jitter: { ...factors, order: ['contrast', 'saturation', 'hue', 'brightness'] } });
    expect(first).not.toEqual(last);
  });

  it('with neutral factors changes nothing, hue included', () => {
    const neutral = { brightness: 1, contrast: 1, saturation: 1, hue: 0 };
    expect(
      render({ jitter: { ...neutral, order: ['hue', 'saturation', 'contrast', 'brightness'] } }),
    ).toEqual(pixels);
  });

  it('solarizes after grayscale, so that the three channels stay equal', () => {
    const grey = render({ grayscale: true, solarize: 100 });
    for (let at = 0; at < grey.length; at += 3) {
      expect(grey[at + 1]).toBe(grey[at]);
      expect(grey[at + 2]).toBe(grey[at]);
      expect(grey[at]).toBeLessThanOrEqual(155);
    }
  });

  it('gives views of another size than the images', () => {
    expect(viewRenderer(7, 12).render(pixels, 0, identityView(7)).length).toBe(12 * 12 * 3);
  });

  it('renders the same view again from the same buffers', () => {
    const renderer = viewRenderer(7, 7);
    const random = stream(9, 'augment');
    const view = drawView(everything, 0, 7, random);
    const first = renderer.render(pixels, 0, view).slice();
    renderer.render(pixels, 0, drawView(everything, 0, 7, random));
    expect(renderer.render(pixels, 0, view)).toEqual(first);
  });
});

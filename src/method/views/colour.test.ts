import { describe, expect, it } from 'vitest';
import { stream } from '../../random.ts';
import {
  adjustBrightness,
  adjustContrast,
  adjustSaturation,
  rotateHue,
  solarize,
  toGrayscale,
} from './colour.ts';

const random = stream(3, 'order');
const noise = Uint8Array.from({ length: 63 * 3 }, () => random.below(256));

function changed(image: Uint8Array, change: (image: Uint8Array) => void): Uint8Array {
  const copy = image.slice();
  change(copy);
  return copy;
}

function luma(image: Uint8Array): number[] {
  return Array.from({ length: image.length / 3 }, (_, pixel) =>
    Math.round(0.299 * image[3 * pixel]! + 0.587 * image[3 * pixel + 1]! + 0.114 * image[3 * pixel + 2]!),
  );
}

describe('adjustBrightness', () => {
  it('scales every byte, rounds down and clips', () => {
    expect(changed(Uint8Array.of(0, 101, 255), (image) => adjustBrightness(image, 0.5))).toEqual(
      Uint8Array.of(0, 50, 127),
    );
    expect(changed(Uint8Array.of(0, 101, 200), (image) => adjustBrightness(image, 1.5))).toEqual(
      Uint8Array.of(0, 151, 255),
    );
  });

  it('by 1 changes nothing, by 0 gives black', () => {
    expect(changed(noise, (image) => adjustBrightness(image, 1))).toEqual(noise);
    expect(changed(noise, (image) => adjustBrightness(image, 0))).toEqual(new Uint8Array(noise.length));
  });
});

describe('adjustContrast', () => {
  it('by 0 gives the mean luma everywhere', () => {
    const grey = luma(noise);
    const mean = Math.round(grey.reduce((sum, value) => sum + value, 0) / grey.length);
    expect(changed(noise, (image) => adjustContrast(image, 0))).toEqual(
      new Uint8Array(noise.length).fill(mean),
    );
  });

  it('moves bytes away from the mean when above 1', () => {
    const image = Uint8Array.of(100, 100, 100, 140, 140, 140);
    expect(changed(image, (copy) => adjustContrast(copy, 1.5))).toEqual(
      Uint8Array.of(90, 90, 90, 150, 150, 150),
    );
  });

  it('works on a single pixel', () => {
    expect(changed(Uint8Array.of(7, 7, 7), (image) => adjustContrast(image, 1.4))).toEqual(
      Uint8Array.of(7, 7, 7),
    );
  });
});

describe('adjustSaturation and toGrayscale', () => {
  it('saturation 0 is grayscale: every pixel its own luma', () => {
    const grey = changed(noise, toGrayscale);
    expect(changed(noise, (image) => adjustSaturation(image, 0))).toEqual(grey);
    expect(Array.from(grey)).toEqual(luma(noise).flatMap((value) => [value, value, value]));
  });

  it('saturation leaves grey pixels alone', () => {
    const grey = changed(noise, toGrayscale);
    expect(changed(grey, (image) => adjustSaturation(image, 1.2))).toEqual(grey);
  });
});

describe('rotateHue', () => {
  it('by a third turns red into green, green into blue and blue into red', () => {
    const primary = Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255);
    expect(changed(primary, (image) => rotateHue(image, 1 / 3))).toEqual(
      Uint8Array.of(0, 255, 0, 0, 0, 255, 255, 0, 0),
    );
  });

  it('backwards undoes forwards within the levels of 8-bit HSV', () => {
    const there = changed(noise, (image) => rotateHue(image, 0.1));
    const back = changed(there, (image) => rotateHue(image, -0.1));
    noise.forEach((byte, i) => {
      expect(Math.abs(back[i]! - byte)).toBeLessThanOrEqual(12);
    });
    expect(there).not.toEqual(noise);
  });

  it('keeps the largest channel of every pixel, and grey pixels', () => {
    const turned = changed(noise, (image) => rotateHue(image, -0.07));
    for (let at = 0; at < noise.length; at += 3) {
      expect(Math.max(...turned.subarray(at, at + 3))).toBe(Math.max(...noise.subarray(at, at + 3)));
    }
    const grey = changed(noise, toGrayscale);
    expect(changed(grey, (image) => rotateHue(image, 0.1))).toEqual(grey);
  });
});

describe('solarize', () => {
  it('inverts from the threshold up', () => {
    const image = Uint8Array.of(0, 127, 128, 129, 255, 60);
    expect(changed(image, (copy) => solarize(copy, 128))).toEqual(Uint8Array.of(0, 127, 127, 126, 0, 60));
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import {
  type AugmentationPolicy,
  CIFAR10_POLICY,
  drawView,
  identityView,
  type Jitter,
  type ViewParameters,
} from '../../../data/images/views.ts';
import { byteArray } from '../../../golden/arrays.ts';
import vectors from '../../../golden/vectors/k_augment.json';
import { viewRenderer } from '../../../method/views/augment.ts';
import { stream } from '../../../random.ts';
import { type TestGpu, testGpu } from '../../engine/gpu.fixture.ts';
import { renderOnGpu, someImages } from './views.fixture.ts';

let on: TestGpu;
beforeAll(async () => {
  on = await testGpu();
});

/** Every operation, often, and with factors beyond those of any preset. */
const EVERYTHING: AugmentationPolicy = {
  ...CIFAR10_POLICY,
  minCrop: 0.02,
  jitter: { probability: 0.9, brightness: 0.9, contrast: 0.9, saturation: 0.9, hue: 0.5 },
  grayscale: 0.3,
  blur: { probability: [0.3, 0.6], sigma: [0.1, 4] },
  solarize: { probability: 0.3, threshold: 128 },
};

const NEUTRAL: Jitter = {
  order: ['brightness', 'contrast', 'saturation', 'hue'],
  brightness: 1,
  contrast: 1,
  saturation: 1,
  hue: 0,
};

/** The views of a batch as the reference makes them, u8 [2N, S, S, 3]. */
function reference(
  pixels: Uint8Array,
  size: number,
  indices: Uint32Array,
  views: readonly (readonly ViewParameters[])[],
): Uint8Array {
  const renderer = viewRenderer(size, size);
  const perView = size * size * 3;
  const bytes = new Uint8Array(2 * indices.length * perView);
  views.flat().forEach((view, row) => {
    bytes.set(renderer.render(pixels, indices[row % indices.length]!, view), row * perView);
  });
  return bytes;
}

function differing(got: Uint8Array, expected: Uint8Array): number {
  return expected.reduce((count, byte, i) => count + Number(byte !== got[i]), 0);
}

describe('views made on the GPU', () => {
  it.each([
    [1, 2, 3],
    [3, 0, 16],
    [12, 2, 100],
    [32, 2, 64],
    [33, 3, 40],
    [63, 2, 16],
    [65, 3, 16],
    [96, 2, 5],
    [224, 3, 2],
  ])(
    'have the bytes of the reference: %i pixels a side, border %i, %i images',
    async (size, border, batch) => {
      const random = stream(size, 'augment');
      const indices = Uint32Array.from({ length: batch }, () => random.below(7));
      const draw = (view: 0 | 1) => Array.from(indices, () => drawView(EVERYTHING, view, size, random));
      const views = [draw(0), draw(1)] as const;
      const pixels = someImages(7, size);
      const got = await renderOnGpu(on, pixels, size, indices, views, border);
      expect(differing(got.bytes, reference(pixels, size, indices, views))).toBe(0);
      expect(got.deviation).toBeLessThan(5e-7);
      expect(got).toMatchObject({ stains: 0, overrun: false });
    },
  );

  it('turn the hue of every fraction of a sextant at every chroma', async () => {
    const size = 256;
    const orders = ['012', '021', '102', '120', '201', '210'];
    const pixels = Uint8Array.from({ length: orders.length * size * size * 3 }, (_, at) => {
      const pixel = Math.trunc(at / 3) % (size * size);
      const [i, j] = [pixel % size, Math.trunc(pixel / size)];
      const levels = [Math.max(i, j), Math.min(i, j), i < j ? 0 : Math.min(i, j) >> 1];
      return levels[Number(orders[Math.trunc(at / (3 * size * size))]![at % 3])]!;
    });
    const turned = (hue: number) =>
      orders.map(() => ({ ...identityView(size), jitter: { ...NEUTRAL, hue } }));
    const views = [turned(0.002), turned(-0.3)] as const;
    const indices = Uint32Array.from(orders.keys());
    const got = await renderOnGpu(on, pixels, size, indices, views, 0);
    expect(differing(got.bytes, reference(pixels, size, indices, views))).toBe(0);
  });

  it('blur by more than the image is wide, and solarize from a level between bytes', async () => {
    const identity = identityView(5);
    const views = [
      [{ ...identity, blur: 9 }],
      [{ ...identity, blur: 0.7, solarize: 99.5, flip: true }],
    ] as const;
    const pixels = someImages(1, 5);
    const got = await renderOnGpu(on, pixels, 5, Uint32Array.of(0), views);
    expect(differing(got.bytes, reference(pixels, 5, Uint32Array.of(0), views))).toBe(0);
  });

  it("equal PIL's golden operations to their tolerances", async () => {
    const worst: Record<string, number> = {};
    for (const { op, params, x, y } of vectors.ops) {
      if (op === 'normalise_cifar10') continue;
      const view = viewOf(op, params);
      const expected = byteArray.parse(y).values;
      const views = [[view], [view]] as const;
      const { bytes } = await renderOnGpu(on, byteArray.parse(x).values, 32, Uint32Array.of(0), views);
      for (const [i, byte] of bytes.entries()) {
        const error = Math.abs(byte - expected[i % expected.length]!);
        worst[op] = Math.max(worst[op] ?? 0, error);
      }
    }
    expect(Object.keys(worst).sort()).toEqual(Object.keys(TOLERANCES).sort());
    for (const [op, error] of Object.entries(worst)) {
      expect(error, op).toBeLessThanOrEqual(TOLERANCES[op]!);
    }
  });
});

/** Levels of 255 that the README of the vectors allows. */
const TOLERANCES: Readonly<Record<string, number>> = {
  resized_crop_bicubic: 1,
  brightness: 1,
  contrast: 1,
  saturation: 1,
  hue: 2,
  grayscale3: 1,
  gaussian_blur_pil: 2,
  solarize: 0,
  hflip: 0,
};

/** The view of a 32 × 32 image that does one operation of the vectors. */
function viewOf(op: string, params: object): ViewParameters {
  const numbers = params as Readonly<Record<string, number>>;
  const identity = identityView(32);
  const { top, left, height, width } = numbers;
  switch (op) {
    case 'resized_crop_bicubic':
      return { ...identity, crop: { top: top!, left: left!, height: height!, width: width! } };
    case 'grayscale3':
      return { ...identity, grayscale: true };
    case 'gaussian_blur_pil':
      return { ...identity, blur: numbers.radius! };
    case 'solarize':
      return { ...identity, solarize: numbers.threshold! };
    case 'hflip':
      return { ...identity, flip: true };
    default:
      return { ...identity, jitter: { ...NEUTRAL, [op]: numbers.factor } };
  }
}

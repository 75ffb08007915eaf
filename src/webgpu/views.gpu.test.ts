import { beforeAll, describe, expect, it } from 'vitest';
import { CIFAR10_TRAINING } from '../data/dataset.ts';
import { type AugmentationPolicy, CIFAR10_POLICY, drawView, type ViewParameters } from '../data/views.ts';
import { viewRenderer } from '../method/augment.ts';
import { stream } from '../random.ts';
import { type TestGpu, testGpu } from './gpu.fixture.ts';
import { packBytes, packViews } from './viewRecords.ts';
import { viewScratch, viewsDispatches } from './views.ts';
import { viewTables } from './viewTables.ts';

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

/** Smooth images with some noise: flat places, edges and every kind of colour. */
function someImages(count: number, size: number): Uint8Array {
  const random = stream(size, 'order');
  const pixels = new Uint8Array(count * size * size * 3);
  for (let image = 0, at = 0; image < count; image++) {
    const waves = Array.from({ length: 9 }, () => random.between(-0.5, 0.5));
    for (let pixel = 0; pixel < size * size; pixel++) {
      for (let channel = 0; channel < 3; channel++) {
        const [across, down, start] = waves.slice(3 * channel) as [number, number, number];
        const wave = Math.sin((pixel % size) * across + Math.trunc(pixel / size) * down + 9 * start);
        const level = 128 + 150 * wave + random.between(-9, 9);
        pixels[at++] = image === 0 ? random.below(256) : Math.max(0, Math.min(255, level));
      }
    }
  }
  return pixels;
}

/** What a batch of views holds that is not as the reference has it. */
interface Faults {
  /** Bytes of another value than the reference's. */
  bytes: number;
  /** Slots of the border, the fourth channel or behind the map that are not as they must be. */
  slots: number;
  /** Largest deviation of a float from its byte, normalised in double precision. */
  float: number;
}

async function faultsOf(
  pixels: Uint8Array,
  size: number,
  border: number,
  indices: Uint32Array,
  views: readonly [ViewParameters[], ViewParameters[]],
): Promise<Faults> {
  const count = 2 * indices.length;
  const pitch = size + 2 * border;
  const length = count * pitch * pitch * 4;
  const y = on.poisoned(length);
  const records = on.input(packViews(indices, views, size));
  const images = on.input(packBytes(pixels));
  const tables = on.input(new Uint32Array(viewTables(size).buffer));
  const scratch = on.poisoned(viewScratch(size, count));
  const normalisation = CIFAR10_TRAINING;
  await on.run(
    viewsDispatches({ images, records, tables, scratch, y, size, border, views: count, normalisation }),
  );
  const got = await on.floats(y, length + 4);
  const renderer = viewRenderer(size, size);
  const faults = { bytes: 0, slots: 0, float: 0 };
  const { mean, std } = normalisation;
  views.flat().forEach((view, row) => {
    const expected = renderer.render(pixels, indices[row % indices.length]!, view);
    for (let at = 0; at < pitch * pitch; at++) {
      const x = (at % pitch) - border;
      const yy = Math.trunc(at / pitch) - border;
      const slot = (row * pitch * pitch + at) * 4;
      if (got[slot + 3] !== 0) faults.slots++;
      const inside = x >= 0 && x < size && yy >= 0 && yy < size;
      for (let c = 0; c < 3; c++) {
        const value = got[slot + c]!;
        if (!inside) {
          if (value !== 0) faults.slots++;
          continue;
        }
        const byte = expected[(yy * size + x) * 3 + c]!;
        if (Math.round((value * std[c]! + mean[c]!) * 255) !== byte) faults.bytes++;
        const float = Math.abs(value - (byte / 255 - mean[c]!) / std[c]!);
        if (!(float <= faults.float)) faults.float = float;
      }
    }
  });
  if (!got.subarray(length).every(Number.isNaN)) faults.slots++;
  return faults;
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
      const pixels = someImages(7, size);
      const faults = await faultsOf(pixels, size, border, indices, [draw(0), draw(1)]);
      expect(faults).toMatchObject({ bytes: 0, slots: 0 });
      expect(faults.float).toBeLessThan(5e-7);
    },
  );
});

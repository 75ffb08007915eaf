import { type Normalisation, RECIPES } from '../../../data/images/recipe.ts';
import type { ViewParameters } from '../../../data/images/views.ts';
import { packBytes, packViews } from '../../../plan/viewRecords.ts';
import { viewTables } from '../../../plan/viewTables.ts';
import { stream } from '../../../random.ts';
import type { TestGpu } from '../../engine/gpu.fixture.ts';
import { viewScratch, viewsDispatches } from './views.ts';

/**
 * u8 [count, size, size, 3]. The first image is noise; the others are waves of every colour with flat places.
 */
export function someImages(count: number, size: number): Uint8Array {
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

/** The network's input, taken apart. */
export interface Unpacked {
  /** u8 [images, S, S, 3]: the bytes that come nearest to the floats. */
  readonly bytes: Uint8Array;
  /** Largest deviation of a float from its byte normalised in double precision; NaN when one is NaN. */
  readonly deviation: number;
  /** Slots of the border and of the fourth channel that are not 0. */
  readonly stains: number;
}

/** Takes the bordered map [images, S + 2·border, S + 2·border, 4] apart. */
export function unpackInput(
  floats: Float32Array,
  size: number,
  border: number,
  { mean, std }: Normalisation,
): Unpacked {
  const pitch = size + 2 * border;
  const images = floats.length / (pitch * pitch * 4);
  const bytes = new Uint8Array(images * size * size * 3);
  let deviation = 0;
  let stains = 0;
  floats.forEach((value, slot) => {
    const channel = slot % 4;
    const x = (Math.trunc(slot / 4) % pitch) - border;
    const y = (Math.trunc(slot / 4 / pitch) % pitch) - border;
    const image = Math.trunc(slot / 4 / pitch / pitch);
    if (channel === 3 || Math.min(x, y) < 0 || Math.max(x, y) >= size) {
      if (value !== 0) stains++;
      return;
    }
    const byte = Math.round((value * std[channel]! + mean[channel]!) * 255);
    bytes[((image * size + y) * size + x) * 3 + channel] = byte;
    deviation = Math.max(deviation, Math.abs(value - (byte / 255 - mean[channel]!) / std[channel]!));
  });
  return { bytes, deviation, stains };
}

/** Views of a batch, made on the GPU in poisoned buffers; u8 [2N, S, S, 3] and what was wrong around them. */
export async function renderOnGpu(
  on: TestGpu,
  pixels: Uint8Array,
  size: number,
  indices: Uint32Array,
  views: readonly [readonly ViewParameters[], readonly ViewParameters[]],
  border = 2,
): Promise<Unpacked & { readonly overrun: boolean }> {
  const count = 2 * indices.length;
  const length = count * (size + 2 * border) ** 2 * 4;
  const y = on.poisoned(length);
  const buffers = {
    images: on.input(packBytes(pixels)),
    records: on.input(packViews(indices, views, size)),
    tables: on.input(new Uint32Array(viewTables(size).buffer)),
    scratch: on.poisoned(viewScratch(size, count)),
    y,
  };
  const normalisation = RECIPES.cifar10.training;
  await on.run(viewsDispatches({ ...buffers, size, border, views: count, normalisation }));
  const floats = await on.floats(y, length + 4);
  const overrun = !floats.subarray(length).every(Number.isNaN);
  return { ...unpackInput(floats.subarray(0, length), size, border, normalisation), overrun };
}

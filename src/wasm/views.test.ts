import { describe, expect, it } from 'vitest';
import { RECIPES } from '../data/images/recipe.ts';
import {
  type AugmentationPolicy,
  CIFAR10_POLICY,
  drawView,
  identityView,
  JITTER_OPERATIONS,
  type Jitter,
  type JitterOperation,
  type ViewParameters,
} from '../data/images/views.ts';
import { viewRenderer } from '../method/views/augment.ts';
import { packBytes, packViews } from '../plan/viewRecords.ts';
import { viewTables } from '../plan/viewTables.ts';
import { stream } from '../random.ts';
import { someImages, unpackInput } from '../webgpu/kernels/views/views.fixture.ts';
import { Bench, OWN_BUILDS } from './kernels.fixture.ts';
import { mapBytes } from './maps.ts';
import { evaluationCalls, viewBytes, viewCalls } from './views.ts';

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
  order: JITTER_OPERATIONS,
  brightness: 1,
  contrast: 1,
  saturation: 1,
  hue: 0,
};

/** All orders of some operations. */
function orders(operations: readonly JitterOperation[]): JitterOperation[][] {
  if (operations.length === 0) return [[]];
  return operations.flatMap((first) =>
    orders(operations.filter((other) => other !== first)).map((rest) => [first, ...rest]),
  );
}

/** The views of a batch as the reference makes them, u8 [views, S, S, 3]. */
function reference(
  pixels: Uint8Array,
  size: number,
  indices: Uint32Array,
  views: readonly (readonly ViewParameters[])[],
): Uint8Array {
  const renderer = viewRenderer(size, size);
  const perView = size * size * 3;
  const all = views.flat();
  const bytes = new Uint8Array(all.length * perView);
  all.forEach((view, row) => {
    bytes.set(renderer.render(pixels, indices[row % indices.length]!, view), row * perView);
  });
  return bytes;
}

/** How many views differ in some byte. */
function differing(got: Uint8Array, expected: Uint8Array, perView: number): number {
  const views = new Set<number>();
  expected.forEach((byte, i) => {
    if (byte !== got[i]) views.add(Math.floor(i / perView));
  });
  return views.size;
}

describe.each(OWN_BUILDS)('kernels, %s', async (_, build) => {
  const bench = await Bench.open(build, 360);

  /** Views of a batch, and what was wrong around them. */
  function rendered(
    pixels: Uint8Array,
    size: number,
    indices: Uint32Array,
    views: readonly (readonly ViewParameters[])[],
    border = 2,
    parts = 1,
  ) {
    bench.clear();
    const place = (words: Uint32Array | Int32Array) =>
      bench.place(new Float32Array(words.buffer as ArrayBuffer));
    const count = views.length * indices.length;
    const length = mapBytes({ images: count, height: size, width: size, channels: 3, border });
    const normalisation = RECIPES.cifar10.training;
    const y = bench.room(length);
    const calls = viewCalls({
      images: place(packBytes(pixels)),
      records: place(packViews(indices, views, size)),
      tables: place(viewTables(size)),
      scratch: bench.room(viewBytes(size, count)),
      ...{ y, size, border, views: count, normalisation },
    });
    bench.runSplit(parts, ...calls);
    const floats = bench.read(y, length + 16);
    const overrun = !floats.subarray(length / 4).every(Number.isNaN);
    return { ...unpackInput(floats.subarray(0, length / 4), size, border, normalisation), overrun };
  }

  it.each([
    [1, 2, 3],
    [2, 0, 20],
    [3, 0, 16],
    [8, 1, 100],
    [31, 0, 20],
    [32, 2, 40],
    [33, 3, 20],
    [96, 2, 4],
  ])(
    'make views with the bytes of the reference: %i pixels a side, border %i, %i images',
    (size, border, batch) => {
      const random = stream(size, 'augment');
      const indices = Uint32Array.from({ length: batch }, () => random.below(7));
      const draw = (view: 0 | 1) => Array.from(indices, () => drawView(EVERYTHING, view, size, random));
      const views = [draw(0), draw(1)] as const;
      const pixels = someImages(7, size);
      const got = rendered(pixels, size, indices, views, border);
      expect(differing(got.bytes, reference(pixels, size, indices, views), size * size * 3)).toBe(0);
      expect(got.deviation).toBeLessThan(5e-7);
      expect(got).toMatchObject({ stains: 0, overrun: false });
      const again = rendered(pixels, size, indices, views, border, 3);
      expect(differing(again.bytes, got.bytes, size * size * 3)).toBe(0);
      expect(again.deviation).toBe(got.deviation);
    },
  );

  it('jitter colours in every order, and make any of them grey', () => {
    const size = 9;
    const jitters = orders(JITTER_OPERATIONS).flatMap(([first, second, third, fourth], i) => {
      const order = [first!, second!, third!, fourth!] as const;
      const jitter = { order, brightness: 1.3, contrast: 0.6, saturation: 1.7, hue: 0.3 - i / 40 };
      return [jitter, { ...jitter, hue: 0 }];
    });
    const views = [false, true].map((grayscale) =>
      jitters.map((jitter) => ({ ...identityView(size), jitter, grayscale })),
    );
    const indices = Uint32Array.from(jitters, (_, i) => i % 3);
    const pixels = someImages(3, size);
    const got = rendered(pixels, size, indices, views);
    expect(differing(got.bytes, reference(pixels, size, indices, views), size * size * 3)).toBe(0);
  });

  it('turn the hue of every fraction of a sextant at every chroma', () => {
    const size = 256;
    const channels = ['012', '021', '102', '120', '201', '210'];
    const pixels = Uint8Array.from({ length: channels.length * size * size * 3 }, (_, at) => {
      const pixel = Math.trunc(at / 3) % (size * size);
      const [i, j] = [pixel % size, Math.trunc(pixel / size)];
      const levels = [Math.max(i, j), Math.min(i, j), i < j ? 0 : Math.min(i, j) >> 1];
      return levels[Number(channels[Math.trunc(at / (3 * size * size))]![at % 3])]!;
    });
    const turned = (hue: number) =>
      channels.map(() => ({ ...identityView(size), jitter: { ...NEUTRAL, hue } }));
    const views = [turned(0.002), turned(-0.3)] as const;
    const indices = Uint32Array.from(channels.keys());
    const got = rendered(pixels, size, indices, views, 0);
    expect(differing(got.bytes, reference(pixels, size, indices, views), size * size * 3)).toBe(0);
  });

  it('blur by more than the image is wide, and solarize from any level', () => {
    const identity = identityView(5);
    const views = [9, 0.2, 0.7, 1.4, 3].flatMap((blur) =>
      [null, 0, 99.5, 255, 256].map((solarize, i) => [{ ...identity, blur, solarize, flip: i % 2 === 1 }]),
    );
    const pixels = someImages(1, 5);
    const got = rendered(pixels, 5, Uint32Array.of(0), views);
    expect(differing(got.bytes, reference(pixels, 5, Uint32Array.of(0), views), 75)).toBe(0);
    expect(got).toMatchObject({ stains: 0, overrun: false });
  });

  it.each([
    [1, 0, 0, 3],
    [5, 3, 1, 4],
    [32, 2, 3, 9],
    [33, 2, 0, 9],
  ])('normalise images as they are: %i pixels a side, border %i, %i to %i', (size, border, from, to) => {
    const pixels = someImages(9, size);
    const normalisation = RECIPES.cifar10.evaluation;
    const length = mapBytes({ images: to - from, height: size, width: size, channels: 3, border });
    const outcome = (parts: number) => {
      bench.clear();
      const y = bench.room(length);
      const images = bench.place(new Float32Array(packBytes(pixels).buffer));
      bench.runSplit(parts, ...evaluationCalls({ images, y, size, border, from, to, normalisation }));
      return bench.read(y, length + 16);
    };
    const floats = outcome(1);
    const got = unpackInput(floats.subarray(0, length / 4), size, border, normalisation);
    expect(got.bytes).toEqual(pixels.subarray(from * size * size * 3, to * size * size * 3));
    expect(got.deviation).toBeLessThan(5e-7);
    expect(got.stains).toBe(0);
    expect([...floats.subarray(length / 4)].every(Number.isNaN), 'nothing behind y is written').toBe(true);
    expect(outcome(2)).toEqual(floats);
  });
});

import { describe, expect, it } from 'vitest';
import { type MapShape, padMap, quads } from '../plan/maps.ts';
import { Bench, drawn, OWN_BUILDS, worst } from './kernels.fixture.ts';
import { mapBytes } from './maps.ts';
import { globalPool, maxPool, maxPoolGradient, pooledShape, spread } from './pools.ts';

const MAPS: readonly MapShape[] = [
  { images: 1, height: 1, width: 1, channels: 1, border: 1 },
  { images: 3, height: 5, width: 7, channels: 5, border: 1 },
  { images: 3, height: 8, width: 6, channels: 8, border: 1 },
];

describe.each(OWN_BUILDS)('kernels, %s', async (_, build) => {
  const bench = await Bench.open(build);
  const place = (shape: MapShape, values: Float32Array) => bench.placeMap(shape, values, Number.NaN);

  it.each(MAPS)('take means over $height × $width pixels of $channels channels, and go back', (map) => {
    const { images, height, width, channels } = map;
    const x = drawn(images * height * width * channels, 1);
    const dy = drawn(images * channels, 2);
    const rows = { ...map, height: 1, width: 1, border: 0 };
    const outcome = (parts: number) => {
      bench.clear();
      const [y, dx] = [bench.mapRoom(rows), bench.mapRoom(map)];
      bench.runSplit(parts, globalPool(place(map, x), y.at), spread(place(rows, dy).at, dx));
      return { y: bench.readMap(y), dx: bench.readMap(dx) };
    };
    const pixels = height * width;
    const rowOf = (i: number) => Math.floor(i / (pixels * channels)) * channels + (i % channels);
    const means = new Float64Array(images * channels);
    x.forEach((value, i) => {
      means[rowOf(i)]! += value / pixels;
    });
    const got = outcome(1);
    expect(worst(got.y, means)).toBeLessThan(1e-6);
    const shares = x.map((_value, i) => dy[rowOf(i)]! / pixels);
    expect(worst(got.dx, shares)).toBeLessThan(1e-6);
    expect(outcome(2)).toEqual(got);
  });

  it.each(MAPS)('take maxima over $height × $width pixels of $channels channels, and go back', (map) => {
    const { images, height, width, channels } = map;
    const pooled = pooledShape(map);
    // Few values, so that windows have several maxima.
    const x = drawn(images * height * width * channels, 1).map((value) => Math.round(4 * value));
    const dy = drawn(images * pooled.height * pooled.width * channels, 2);
    const outcome = (parts: number) => {
      bench.clear();
      const [y, dx] = [bench.mapRoom(pooled), bench.mapRoom(map)];
      const taps = bench.room(images * pooled.height * pooled.width * 16 * quads(channels));
      bench.runSplit(parts, maxPool(place(map, x), y.at, taps), maxPoolGradient(place(pooled, dy), taps, dx));
      return { y: bench.readMap(y), dx: bench.readMap(dx), whole: bench.read(y.at, mapBytes(pooled)) };
    };
    const y = new Float64Array(dy.length);
    const dx = new Float64Array(x.length);
    for (let i = 0; i < dy.length; i++) {
      const c = i % channels;
      const column = Math.floor(i / channels) % pooled.width;
      const row = Math.floor(i / channels / pooled.width) % pooled.height;
      const n = Math.floor(i / channels / pooled.width / pooled.height);
      let best = -1;
      for (let r = 2 * row - 1; r < 2 * row + 2; r++) {
        for (let k = 2 * column - 1; k < 2 * column + 2; k++) {
          if (r < 0 || k < 0 || r >= height || k >= width) continue;
          const at = ((n * height + r) * width + k) * channels + c;
          if (best < 0 || x[at]! > x[best]!) best = at;
        }
      }
      y[i] = x[best]!;
      dx[best]! += dy[i]!;
    }
    const got = outcome(1);
    expect([...got.y]).toEqual([...y]);
    expect(worst(got.dx, dx)).toBeLessThan(1e-6);
    // The border is zero, since a convolution reads it.
    expect(got.whole).toEqual(padMap(pooled, got.y));
    expect(outcome(2)).toEqual(got);
  });
});

it('a max-pool of a map without a border is refused', () => {
  const map = { at: 256, images: 1, height: 4, width: 4, channels: 4, border: 0 };
  expect(() => maxPool(map, 512, 1024)).toThrow('a border of 1 pixel, got 0');
});

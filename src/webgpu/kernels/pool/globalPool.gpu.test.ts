import { beforeAll, describe, expect, it } from 'vitest';
import { quads } from '../../../plan/maps.ts';
import { type TestGpu, testGpu } from '../../engine/gpu.fixture.ts';
import { relativeError, scattered, toQuads } from '../gate/gateRows.fixture.ts';
import { globalPool } from './globalPool.ts';

let on: TestGpu;
beforeAll(async () => {
  on = await testGpu();
});

/** [images, height, width, channels] with a border of `border` pixels that must not be read. */
function bordered(
  values: Float32Array,
  [images, height, width, channels]: readonly [number, number, number, number],
  border: number,
) {
  const inner = toQuads(values, channels);
  const pixel = 4 * quads(channels);
  const stride = (width + 2 * border) * pixel;
  const map = new Float32Array(images * (height + 2 * border) * stride).fill(Number.NaN);
  for (let image = 0; image < images; image++) {
    for (let row = 0; row < height; row++) {
      const from = (image * height + row) * width * pixel;
      const to = (image * (height + 2 * border) + border + row) * stride + border * pixel;
      map.set(inner.subarray(from, from + width * pixel), to);
    }
  }
  return map;
}

function meanOverPixels(
  values: Float32Array,
  [images, height, width, channels]: readonly [number, number, number, number],
) {
  const means = new Float64Array(images * channels);
  values.forEach((value, i) => {
    const image = Math.trunc(i / (height * width * channels));
    means[image * channels + (i % channels)]! += value / (height * width);
  });
  return means;
}

describe.each([1, 16] as const)('global pool with %i invocations a quad', (split) => {
  it.each([
    { shape: [1, 1, 1, 1], border: 1 },
    { shape: [3, 5, 4, 3], border: 0 },
    { shape: [3, 34, 34, 8], border: 1 },
    { shape: [1, 3, 17, 63], border: 1 },
    { shape: [5, 9, 2, 65], border: 2 },
    { shape: [2, 112, 112, 4], border: 3 },
  ] as const)('is the mean over the inner pixels of $shape, border $border', async ({ shape, border }) => {
    const [images, height, width, channels] = shape;
    const values = scattered(images * height * width * channels).map((value) => value + 1);
    const y = on.poisoned(images * 4 * quads(channels));
    const x = on.input(bordered(values, shape, border));
    await on.run([globalPool({ x, y, images, height, width, border, channels, split })]);
    const expected = toQuads(meanOverPixels(values, shape), channels);
    const got = await on.floats(y, expected.length + 4);
    expect(relativeError(got, expected)).toBeLessThan(1e-6);
    expect([...got.subarray(expected.length)].every(Number.isNaN), 'nothing behind y is written').toBe(true);
  });
});

import { expect, it } from 'vitest';
import { noise } from '../../../method/numbers.fixture.ts';
import { mapSize, padMap, rowsShape } from '../../../plan/maps.ts';
import { testGpu } from '../../engine/gpu.fixture.ts';
import { spread } from './spread.ts';

it.each([
  [1, 1, 1, 1],
  [3, 5, 7, 63],
  [2, 3, 3, 8],
])('every pixel of [%i, %i, %i, %i] gets its share', async (images, height, width, channels) => {
  const on = await testGpu();
  const map = { images, height, width, channels, border: 0 };
  const x = noise(1, [images, channels]);
  const y = on.poisoned(mapSize(map));
  await on.run([spread({ x: on.input(padMap(rowsShape(images, channels), x)), y, map, of: 'test' })]);
  const pixels = height * width;
  const expected = Float32Array.from({ length: images * pixels * channels }, (_, i) => {
    const n = Math.floor(i / (pixels * channels));
    return x[n * channels + (i % channels)]! * Math.fround(1 / pixels);
  });
  expect(await on.floats(y, mapSize(map))).toEqual(padMap(map, expected));
});

import { expect, it } from 'vitest';
import { deviation, noise } from '../../../method/numbers.fixture.ts';
import { mapSize, padMap, unpadMap } from '../../../plan/maps.ts';
import { pooledShape } from '../../../plan/tasks/mapTasks.ts';
import { testGpu } from '../../engine/gpu.fixture.ts';
import { maxPool, maxPoolGradient } from './maxPool.ts';

it.each([
  [1, 1, 1, 1],
  [1, 3, 63, 3],
  [3, 8, 9, 5],
  [2, 65, 4, 4],
])('[%i, %i, %i, %i] and its gradient', async (images, height, width, channels) => {
  const on = await testGpu();
  const map = { images, height, width, channels, border: 1 };
  const small = pooledShape(map);
  const x = noise(1, [images, height, width, channels]);
  const dy = noise(2, [images, small.height, small.width, channels]);
  const y = on.poisoned(mapSize(small));
  const taps = on.poisoned(mapSize({ ...small, border: 0 }));
  const dx = on.poisoned(mapSize({ ...map, border: 0 }));
  const upstream = on.input(padMap({ ...small, border: 0 }, dy));
  await on.run([
    maxPool({ map, x: on.input(padMap(map, x)), y, taps, of: 'test' }),
    maxPoolGradient({ map, dy: upstream, taps, dx, of: 'test' }),
  ]);
  const expected = new Float32Array(dy.length);
  const gradient = new Float32Array(x.length);
  for (let i = 0; i < dy.length; i++) {
    const c = i % channels;
    const X = Math.floor(i / channels) % small.width;
    const Y = Math.floor(i / (channels * small.width)) % small.height;
    const n = Math.floor(i / (channels * small.width * small.height));
    let best = -1;
    for (let r = 2 * Y - 1; r <= 2 * Y + 1; r++) {
      for (let s = 2 * X - 1; s <= 2 * X + 1; s++) {
        if (r < 0 || s < 0 || r >= height || s >= width) continue;
        const at = ((n * height + r) * width + s) * channels + c;
        if (best < 0 || x[at]! > x[best]!) best = at;
      }
    }
    expected[i] = x[best]!;
    gradient[best]! += dy[i]!;
  }
  const got = await on.floats(y, mapSize(small));
  expect(unpadMap(small, got)).toEqual(expected);
  expect(got).toEqual(padMap(small, unpadMap(small, got)));
  const plain = { ...map, border: 0 };
  expect(deviation(unpadMap(plain, await on.floats(dx, mapSize(plain))), gradient)).toBeLessThan(1e-6);
});

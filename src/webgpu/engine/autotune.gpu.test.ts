import { expect, it } from 'vitest';
import { tinySetup } from '../../method/engine.fixture.ts';
import { convolutionTile, convolutionTiles, geometry, untuned } from '../kernels/convolution/tuning.ts';
import { autotune, convolutionRate, geometries } from './autotune.ts';
import { testGpu } from './gpu.fixture.ts';

const { network } = tinySetup();

it('finds every convolution of the network once', () => {
  const names = geometries(network, 4).map(geometry);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toContain('3x3 stride 1 padding 1, 12x12, 3 to 4');
  expect(names).toContain('1x1 stride 2 padding 0, 6x6, 8 to 16');
  // One geometry for the stem, four for the stages of equal convolutions, and three pairs that halve the map.
  expect(names.length).toBe(1 + 4 + 6);
});

it('keeps a candidate for what it had the time to measure, and leaves the rest to the model', async () => {
  const { gpu } = await testGpu();
  const told: number[] = [];
  const options = { adapter: 'software', images: 4, onProgress: (done: number) => told.push(done) } as const;
  const none = await autotune(gpu.device, network, { ...options, patienceMs: -1 });
  expect(none).toEqual(untuned('software'));
  expect(told.at(-1)).toBe(told.length - 1);

  const some = await autotune(gpu.device, network, { ...options, patienceMs: 1 });
  const [stem] = geometries(network, 4);
  expect(Object.keys(some.convolutions)).toEqual([geometry(stem!)]);
  expect(convolutionTiles(some, stem!)).toContainEqual(convolutionTile(some, stem!));
});

it('times a convolution alone', async () => {
  const { gpu } = await testGpu();
  const rate = await convolutionRate(gpu.device, network, 8);
  expect(rate).toBeGreaterThan(0.001);
  expect(rate).toBeLessThan(1e6);
});

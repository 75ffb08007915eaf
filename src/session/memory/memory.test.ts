import { expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { untuned } from '../../webgpu/kernels/convolution/tuning.ts';
import { requirementsOf } from '../../webgpu/plan/requirements.ts';
import { engineShapes } from '../stage.ts';
import { estimateMemory } from './memory.ts';

const IMAGES = { count: 5000, size: 32, recipe: 'cifar10' } as const;

it('knows what the WebGPU engine will take, whatever the adapter', async () => {
  const bytes = await estimateMemory(DEFAULT_CONFIG, 'webgpu', IMAGES);
  expect(bytes).toBeGreaterThan(50e6);
  expect(bytes).toBeLessThan(200e6);
  const { batch } = DEFAULT_CONFIG;
  const options = { batch, tuning: untuned('software'), inputs: 'drawn' } as const;
  const software = requirementsOf(engineShapes(DEFAULT_CONFIG, IMAGES), options).bytes;
  expect(Math.abs(software / bytes! - 1)).toBeLessThan(0.1);
});

it('grows with the width and with the images', async () => {
  const usual = (await estimateMemory(DEFAULT_CONFIG, 'webgpu', IMAGES))!;
  expect(await estimateMemory({ ...DEFAULT_CONFIG, width: 16 }, 'webgpu', IMAGES)).toBeGreaterThan(
    1.5 * usual,
  );
  const more = await estimateMemory(DEFAULT_CONFIG, 'webgpu', { ...IMAGES, count: 6000 });
  expect(more! - usual).toBe(1000 * 32 * 32 * 3);
});

it('knows what the WASM engine will take, which has no more than WebGPU’s buffers', async () => {
  const bytes = (await estimateMemory(DEFAULT_CONFIG, 'wasm', IMAGES))!;
  const onGpu = (await estimateMemory(DEFAULT_CONFIG, 'webgpu', IMAGES))!;
  expect(bytes / onGpu).toBeGreaterThan(0.6);
  expect(bytes / onGpu).toBeLessThan(1.1);
});

it('says nothing where tfjs computes', async () => {
  expect(await estimateMemory(DEFAULT_CONFIG, 'cpu', IMAGES)).toBeNull();
  const contrastive = { ...DEFAULT_CONFIG, system: 'slimmable', slimObjective: 'contrastive' } as const;
  expect(await estimateMemory(contrastive, 'wasm', IMAGES)).toBeNull();
});

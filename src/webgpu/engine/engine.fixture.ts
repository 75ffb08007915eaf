import { afterEach, expect } from 'vitest';
import type { EngineSetup } from '../../engine.ts';
import { BATCH, expectSteps as stepsAsReference } from '../../plan/reference.fixture.ts';
import { type Tuning, untuned } from '../kernels/convolution/tuning.ts';
import { WebGpuEngine } from './engine.ts';
import type { Pace } from './pacing.ts';

/** What the devices from here refused, with nobody to hear of it. */
const refused: string[] = [];
afterEach(() => {
  expect(refused.splice(0)).toEqual([]);
});

/** A device with as many storage buffers as there are. What it refuses fails the test that caused it. */
export async function newDevice(): Promise<GPUDevice> {
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter) throw new Error('the engine is tested on WebGPU, and this browser gives no adapter');
  const { maxStorageBuffersPerShaderStage } = adapter.limits;
  const device = await adapter.requestDevice({ requiredLimits: { maxStorageBuffersPerShaderStage } });
  device.addEventListener('uncapturederror', ({ error }) => refused.push(error.message));
  return device;
}

/** The tiles that a software adapter compiles fastest. */
const SHORT = untuned('software', 'short');

/** A compiled engine for steps of six images. */
export function openTiny(
  setup: EngineSetup,
  device: GPUDevice,
  { tuning = SHORT, pace }: { readonly tuning?: Tuning; readonly pace?: Pace } = {},
): Promise<WebGpuEngine> {
  return WebGpuEngine.open(device, setup, { batch: BATCH, tuning, inputs: 'drawn' }, undefined, pace);
}

/** Compares steps of the compiled engine with the reference's. */
export function expectSteps(
  setup: EngineSetup,
  device: GPUDevice,
  first: number,
  { steps = 3, tuning = SHORT }: { readonly steps?: number; readonly tuning?: Tuning } = {},
): Promise<void> {
  return stepsAsReference(setup, [() => openTiny(setup, device, { tuning })], first, steps);
}

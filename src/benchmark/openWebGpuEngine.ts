import { findAdapter, isFallback } from '../method/backend.ts';
import { WebGpuEngine } from '../webgpu/engine.ts';
import { untuned } from '../webgpu/tuning.ts';
import type { OpenEngine } from './compiledEngine.ts';

/**
 * The compiled engine on a device of its own.
 * @throws Error when the browser gives no adapter; EngineFault when the device fails
 */
export const openWebGpuEngine: OpenEngine = async (setup, batch) => {
  const adapter = await findAdapter();
  if (adapter === null) throw new Error('benchmark: WebGPU is needed, and the browser gave no adapter');
  const { maxStorageBuffersPerShaderStage, maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  const device = await adapter.requestDevice({
    requiredLimits: { maxStorageBuffersPerShaderStage, maxBufferSize, maxStorageBufferBindingSize },
    requiredFeatures: adapter.features.has('timestamp-query') ? ['timestamp-query'] : [],
  });
  const software = isFallback(adapter);
  const tuning = untuned(software ? 'software' : 'hardware');
  const engine = await WebGpuEngine.open(device, setup, { batch, tuning, inputs: 'drawn' });
  const { vendor, architecture, description } = adapter.info;
  const name = [vendor, architecture, adapter.info.device, description].filter(Boolean).join(' ');
  return { engine, gpu: engine.gpu, adapter: { name: name || 'unnamed', software } };
};

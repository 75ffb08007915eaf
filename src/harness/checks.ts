import * as tf from '@tensorflow/tfjs';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { findAdapter } from '../adapter.ts';
import type { BrowserEngine } from '../golden/engines.ts';
import { checkFiles, type GoldenFile, type GoldenRow } from '../golden/registry.ts';
import { TFJS } from '../golden/tfjs/underTest.ts';
import type { UnderTest } from '../golden/underTest.ts';
import { webGpuUnderTest } from '../golden/webgpu/underTest.ts';
import { isFallback, useBackend } from '../method/backend.ts';
import { untuned } from '../webgpu/kernels/convolution/tuning.ts';

/** Makes the golden checks in the page. The last row counts the device's errors that no other code caught. */
export async function checkOnWebGpu(
  files: readonly GoldenFile[],
  engine: BrowserEngine,
  onRow: (row: GoldenRow) => Promise<void>,
): Promise<void> {
  const { device, adapter, underTest } = engine === 'webgpu' ? await compiledEngine() : await tfjsOnWebGpu();
  const faults: string[] = [];
  // A validation error does not throw. The kernel does not run, and its output keeps its values.
  device.addEventListener('uncapturederror', ({ error }) => faults.push(error.message));
  await checkFiles(files, engine, underTest, (row) => void onRow(row));
  await device.queue.onSubmittedWorkDone();
  await onRow({
    file: '',
    engine,
    check: `no uncaptured GPU errors (${adapter})`,
    worstError: faults.length,
    tolerance: 0,
    passed: faults.length === 0,
    detail: faults[0] ?? 'errors',
  });
}

interface OnDevice {
  readonly device: GPUDevice;
  readonly adapter: string;
  readonly underTest: UnderTest;
}

async function compiledEngine(): Promise<OnDevice> {
  // k-NN belongs to no engine and always runs on tfjs.
  await useBackend('cpu');
  const adapter = await findAdapter();
  if (adapter === null) throw new Error('WebGPU: the browser gave no adapter');
  const { maxStorageBuffersPerShaderStage, maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  const device = await adapter.requestDevice({
    requiredLimits: { maxStorageBuffersPerShaderStage, maxBufferSize, maxStorageBufferBindingSize },
  });
  const { vendor, architecture } = adapter.info;
  return {
    device,
    adapter: `${vendor} ${architecture}`,
    underTest: webGpuUnderTest(device, untuned(isFallback(adapter) ? 'software' : 'hardware')),
  };
}

async function tfjsOnWebGpu(): Promise<OnDevice> {
  const { details } = await useBackend('webgpu');
  const backend = tf.backend();
  if (!(backend instanceof WebGPUBackend)) throw new Error('tfjs did not start its WebGPU backend');
  // Otherwise tfjs would silently compute small tensors in JavaScript.
  tf.env().set('WEBGPU_CPU_FORWARD', false);
  return { device: backend.device, adapter: `${details.Adapter}, tfjs`, underTest: TFJS };
}

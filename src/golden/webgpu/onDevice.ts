import { findAdapter } from '../../adapter.ts';
import { isFallback, useBackend } from '../../method/backend.ts';
import { untuned } from '../../webgpu/kernels/convolution/tuning.ts';
import { NoDevice } from '../engines.ts';
import { checkFiles, type GoldenFile, type GoldenRow } from '../registry.ts';
import type { UnderTest } from '../underTest.ts';
import { webGpuUnderTest } from './underTest.ts';

/** What is checked, on a device of WebGPU, and the adapter's name. */
export interface OnDevice {
  readonly device: GPUDevice;
  readonly adapter: string;
  readonly underTest: UnderTest;
}

/** The compiled engine on WebGPU, in a browser or in Node. @throws NoDevice when there is no adapter */
export async function compiledOnDevice(): Promise<OnDevice> {
  // k-NN belongs to no engine and always runs on tfjs.
  await useBackend('cpu');
  const adapter = await findAdapter();
  if (adapter === null) throw new NoDevice('WebGPU: there is no adapter');
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

/** Makes the golden checks on a device. The last row counts the device's errors that no other code caught. */
export async function checkOnDevice(
  { device, adapter, underTest }: OnDevice,
  files: readonly GoldenFile[],
  engine: string,
  onRow: (row: GoldenRow) => void,
): Promise<void> {
  const faults: string[] = [];
  // A validation error does not throw. The kernel does not run, and its output keeps its values.
  device.addEventListener('uncapturederror', ({ error }) => faults.push(error.message));
  await checkFiles(files, engine, underTest, onRow);
  await device.queue.onSubmittedWorkDone();
  onRow({
    file: '',
    engine,
    check: `no uncaptured GPU errors (${adapter})`,
    worstError: faults.length,
    tolerance: 0,
    passed: faults.length === 0,
    detail: faults[0] ?? 'errors',
  });
}

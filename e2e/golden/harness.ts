import * as tf from '@tensorflow/tfjs';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { checkFiles, type GoldenFile, type GoldenRow } from '../../src/cli/golden/registry.ts';
import { useBackend } from '../../src/method/backend.ts';

// Runs in the page: the golden checks on tfjs's WebGPU backend.

declare global {
  interface Window {
    /** Told of each row as it comes. */
    reportRow(row: GoldenRow): Promise<void>;
    checkOnWebGpu?: (files: readonly GoldenFile[]) => Promise<void>;
  }
}

window.checkOnWebGpu = async (files) => {
  const { details } = await useBackend('webgpu');
  const backend = tf.backend();
  if (!(backend instanceof WebGPUBackend)) throw new Error('tfjs did not start its WebGPU backend');
  // Small tensors would silently be computed by JavaScript.
  tf.env().set('WEBGPU_CPU_FORWARD', false);
  const faults: string[] = [];
  // A validation error does not throw: the kernel is left out, and its output stays zero.
  backend.device.addEventListener('uncapturederror', ({ error }) => faults.push(error.message));
  await checkFiles(files, 'webgpu', (row) => void window.reportRow(row));
  await backend.device.queue.onSubmittedWorkDone();
  const last: GoldenRow = {
    file: '',
    engine: 'webgpu',
    check: `no uncaptured GPU errors (${details.Adapter})`,
    worstError: faults.length,
    tolerance: 0,
    passed: faults.length === 0,
    detail: faults[0] ?? 'errors',
  };
  await window.reportRow(last);
};

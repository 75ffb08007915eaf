import * as tf from '@tensorflow/tfjs';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { type BenchOrder, type BenchResult, measure } from '../../src/cli/bench/measure.ts';
import { checkFiles, type GoldenFile, type GoldenRow } from '../../src/cli/golden/registry.ts';
import { findAdapter, isFallback, useBackend } from '../../src/method/backend.ts';

// Runs in the page: the golden checks and the measurement of steps on tfjs's WebGPU backend.

/** A bench order that may leave the number of steps to the adapter. */
export type BenchRequest = Omit<BenchOrder, 'steps'> & {
  /** null: `hardwareSteps` on a GPU, one on a software adapter, where a step takes half a minute. */
  readonly steps: number | null;
  readonly hardwareSteps: number;
};

declare global {
  interface Window {
    /** Told of each row as it comes. */
    reportRow(row: GoldenRow): Promise<void>;
    checkOnWebGpu?: (files: readonly GoldenFile[]) => Promise<void>;
    /** Told how far the measurement is. */
    reportProgress(line: string): Promise<void>;
    measureOnWebGpu?: (request: BenchRequest) => Promise<BenchResult>;
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

window.measureOnWebGpu = async ({ width, batch, steps: asked, hardwareSteps }) => {
  const { details } = await useBackend('webgpu');
  const adapter = await findAdapter();
  const software = adapter !== null && isFallback(adapter);
  const steps = asked ?? (software ? 1 : hardwareSteps);
  await window.reportProgress(
    `${details.Adapter}${software ? ' (software: half a minute a step, the first longer)' : ''}, warming up`,
  );
  return measure({ width, batch, steps }, (done) => {
    void window.reportProgress(`step ${done} of ${steps}`);
  });
};

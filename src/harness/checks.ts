import * as tf from '@tensorflow/tfjs';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { BrowserEngine } from '../golden/engines.ts';
import type { GoldenFile, GoldenRow } from '../golden/registry.ts';
import { TFJS } from '../golden/tfjs/underTest.ts';
import { checkOnDevice, compiledOnDevice, type OnDevice } from '../golden/webgpu/onDevice.ts';
import { useBackend } from '../method/backend.ts';

/** Makes the golden checks in the page. */
export async function checkOnWebGpu(
  files: readonly GoldenFile[],
  engine: BrowserEngine,
  onRow: (row: GoldenRow) => Promise<void>,
): Promise<void> {
  const subject = engine === 'tfjs-webgpu' ? await tfjsOnWebGpu() : await compiledOnDevice();
  const shown: Promise<void>[] = [];
  await checkOnDevice(subject, files, engine, (row) => shown.push(onRow(row)));
  await Promise.all(shown);
}

async function tfjsOnWebGpu(): Promise<OnDevice> {
  const { details } = await useBackend('webgpu');
  const backend = tf.backend();
  if (!(backend instanceof WebGPUBackend)) throw new Error('tfjs did not start its WebGPU backend');
  // Otherwise tfjs would silently compute small tensors in JavaScript.
  tf.env().set('WEBGPU_CPU_FORWARD', false);
  return { device: backend.device, adapter: `${details.Adapter}, tfjs`, underTest: TFJS };
}

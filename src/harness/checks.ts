import * as tf from '@tensorflow/tfjs';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { type BrowserEngine, NoDevice } from '../golden/engines.ts';
import type { GoldenFile, GoldenRow } from '../golden/registry.ts';
import { TFJS } from '../golden/tfjs/underTest.ts';
import { checkOnDevice, compiledOnDevice, type OnDevice } from '../golden/webgpu/onDevice.ts';
import { useBackend } from '../method/backend.ts';

/** Makes the golden checks in the page. Returns why there is no device for them, or null. */
export async function checkOnWebGpu(
  files: readonly GoldenFile[],
  engine: BrowserEngine,
  onRow: (row: GoldenRow) => Promise<void>,
): Promise<string | null> {
  const subject = await subjectOf(engine);
  if (subject instanceof NoDevice) return subject.message;
  const shown: Promise<void>[] = [];
  await checkOnDevice(subject, files, engine, (row) => shown.push(onRow(row)));
  await Promise.all(shown);
  return null;
}

async function subjectOf(engine: BrowserEngine): Promise<OnDevice | NoDevice> {
  try {
    return engine === 'tfjs-webgpu' ? await tfjsOnWebGpu() : await compiledOnDevice();
  } catch (fault) {
    if (fault instanceof NoDevice) return fault;
    throw fault;
  }
}

async function tfjsOnWebGpu(): Promise<OnDevice> {
  const { details } = await useBackend('webgpu');
  const backend = tf.backend();
  if (!(backend instanceof WebGPUBackend)) throw new Error('tfjs did not start its WebGPU backend');
  // Otherwise tfjs would silently compute small tensors in JavaScript.
  tf.env().set('WEBGPU_CPU_FORWARD', false);
  return { device: backend.device, adapter: `${details.Adapter}, tfjs`, underTest: TFJS };
}

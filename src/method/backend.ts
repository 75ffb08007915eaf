import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { findAdapter, noAdapter } from '../adapter.ts';
import { EngineFault } from '../engine.ts';
import type { MemoryUse } from '../metrics.ts';
import { loadSimdKernels, wasmBytes } from './simd.ts';

/** The tfjs backend that computes. */
export type BackendName = 'wasm' | 'cpu' | 'webgpu';

export interface BackendInfo {
  readonly name: BackendName;
  /** What the user is told about it, as label → value. */
  readonly details: Readonly<Record<string, string>>;
}

/** Where the binaries of the WASM engine come from. */
export interface BackendPlaces {
  /** URL of tfjs's own binaries; missing in Node, which finds them in its package. */
  readonly wasmPath?: string;
  /** Fetches the compiled SIMD kernels. If it is missing, the engine uses tfjs's ops in their place. */
  readonly simdKernels?: () => Promise<BufferSource>;
}

let fault: string | null = null;

/**
 * Makes `name` tfjs's backend. It throws with the reason if that fails, and never takes another backend
 * instead.
 */
export async function useBackend(name: BackendName, places: BackendPlaces = {}): Promise<BackendInfo> {
  fault = null;
  // This turns off checks of every result, and tfjs's advertisement for its native package in Node.
  tf.enableProdMode();
  if (name === 'wasm') return useWasm(places);
  if (name === 'webgpu') return useWebGpu();
  await activate('cpu');
  return { name, details: { Backend: 'tfjs, plain JavaScript' } };
}

async function useWasm({ wasmPath, simdKernels }: BackendPlaces): Promise<BackendInfo> {
  if (wasmPath !== undefined) setWasmPaths(wasmPath);
  // tfjs's threaded build keeps its tensors in shared memory, for which the SIMD kernels are not compiled.
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  await activate('wasm');
  const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
  const own = simd === true && simdKernels !== undefined;
  if (own) await loadSimdKernels(await simdKernels());
  return {
    name: 'wasm',
    details: {
      Backend: 'tfjs WebAssembly (XNNPACK), one thread',
      SIMD: simd ? 'yes' : 'no',
      BatchNorm: own ? 'own SIMD kernels' : 'composed of tfjs ops',
    },
  };
}

async function useWebGpu(): Promise<BackendInfo> {
  const adapter = await findAdapter();
  if (adapter === null)
    throw new EngineFault(noAdapter('WebGPU: the browser gave no adapter; use the WASM engine'));
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  await activate('webgpu');
  const backend = tf.backend();
  if (backend instanceof WebGPUBackend) watch(backend.device);
  return { name: 'webgpu', details: { Backend: 'tfjs WebGPU', Adapter: describeAdapter(adapter) } };
}

/**
 * What tfjs holds now: the size of its WASM memory (null on another backend), its tensors and their bytes.
 */
export function tfjsMemory(): Omit<MemoryUse, 'gpu' | 'kernels'> {
  const { numTensors: tensors, numBytes: tensorBytes } = tf.memory();
  return { wasm: tf.getBackend() === 'wasm' ? wasmBytes() : null, tensors, tensorBytes };
}

/**
 * Runs `work` and gives its result.
 * @throws EngineFault if the backend's device failed meanwhile: values that were read then may be zeros.
 *   Other errors pass.
 */
export async function onSoundDevice<T>(work: () => Promise<T>): Promise<T> {
  try {
    const result = await work();
    if (fault === null) return result;
  } catch (error) {
    fault ??= faultBehind(error);
    if (fault === null) throw error;
    throw new EngineFault(fault, { cause: error });
  }
  throw new EngineFault(fault);
}

/**
 * The device failure behind an error, in words: a WASM trap, a failed allocation, or a buffer that a lost GPU
 * never maps. Null for all other errors.
 */
export function faultBehind(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if (error instanceof WebAssembly.RuntimeError) return `The WebAssembly engine broke down: ${error.message}`;
  if (error instanceof RangeError && /allocation failed|out of memory/i.test(error.message))
    return `The engine ran out of memory: ${error.message}`;
  // GPUBuffer.mapAsync rejects with these, before or after device.lost resolves.
  if (error.name === 'AbortError' || error.name === 'OperationError')
    return `The GPU gave no result: ${error.message}`;
  return null;
}

/**
 * tfjs learns neither of a lost device nor of a rejected command, and would continue with zeros. So they are
 * watched here.
 */
function watch(device: GPUDevice): void {
  device.addEventListener('uncapturederror', ({ error }) => {
    fault ??= `The GPU refused a command: ${error.message}`;
  });
  void device.lost.then(({ reason, message }) => {
    fault ??= `The GPU device was lost (${reason}): ${message}`;
  });
}

/** Whether the CPU renders for this adapter (SwiftShader and the like). */
export function isFallback(adapter: GPUAdapter): boolean {
  return adapter.info.isFallbackAdapter === true;
}

/** The adapter's name as far as the browser tells it. */
export function describeAdapter({ info }: GPUAdapter): string {
  return (
    [info.vendor, info.architecture, info.device, info.description].filter(Boolean).join(' ') || 'unnamed'
  );
}

async function activate(name: BackendName): Promise<void> {
  if (!(await tf.setBackend(name))) throw new Error(`tfjs could not start its ${name} backend`);
  await tf.ready();
}

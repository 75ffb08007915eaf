import { register } from 'node:module';
import { driverFolders, hasLoader, noDawnAdapter, softwareDriver, takeDriver } from './vulkanDriver.ts';

// WebGPU in Node, through Dawn, the implementation that is in Chromium.

/** How long to wait before Dawn is asked again whether work is done, milliseconds. */
const POLL_MS = 1;

/** What to open. */
export interface DawnOrder {
  /** A part of the name of the GPU to take; null for the first. */
  readonly adapter: string | null;
}

/**
 * Gives this process `navigator.gpu`, so that code written for browsers finds WebGPU, and lets it import
 * shaders. The GPU is one of the system's; on Linux without any, Chromium's software driver where there is
 * one. Opening it again changes only the adapter.
 * @throws Error when Dawn is not installed, when there is no adapter, or none of that name
 */
export async function openDawn({ adapter }: DawnOrder): Promise<void> {
  const { create, globals } = await dawn();
  const open = () => create(adapter === null ? [] : [`adapter=${adapter}`]);
  const gpu = (await systemGpu(open)) ?? (await softwareGpu(open));
  if (gpu === null) throw new Error(noDawnAdapter());
  Object.assign(globalThis, globals, {
    // While work is under way, Dawn uses setImmediate to ask whether it is done, in every round of Node's
    // loop. That keeps a core busy that a software adapter could use. Such an adapter compiles twice as fast
    // when Dawn asks less often.
    setImmediate: (work: (...given: unknown[]) => void, ...given: unknown[]) =>
      setTimeout(work, POLL_MS, ...given),
    clearImmediate: clearTimeout,
  });
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
  register('./shaderLoader.js', import.meta.url);
}

/** Dawn, which is an optional package: it holds a large library for every system. */
async function dawn(): Promise<typeof import('webgpu')> {
  try {
    return await import('webgpu');
  } catch (error) {
    throw new Error(
      `WebGPU in Node needs the optional package “webgpu” (Dawn), and it could not be loaded: ${error instanceof Error ? error.message : error}. Install it with “npm ci --include=optional”, or take --engine wasm.`,
      { cause: error },
    );
  }
}

/** A GPU of the system, by its own drivers; null if there is none. */
async function systemGpu(open: () => GPU): Promise<GPU | null> {
  // Dawn would print a warning about a missing loader, which is no fault where a software driver follows.
  return process.platform === 'linux' && !hasLoader() ? null : withAdapter(open());
}

/** Chromium's software driver; null if there is none. */
async function softwareGpu(open: () => GPU): Promise<GPU | null> {
  const driver = process.platform === 'linux' ? softwareDriver(driverFolders()) : null;
  if (driver === null) return null;
  takeDriver(driver);
  return withAdapter(open());
}

/**
 * The given WebGPU if it has an adapter.
 * @throws Error with the names that there are, if none has the wanted one
 */
async function withAdapter(gpu: GPU): Promise<GPU | null> {
  try {
    return (await gpu.requestAdapter()) === null ? null : gpu;
  } catch (error) {
    const names = namesIn(error instanceof Error ? error.message : String(error));
    throw new Error(`--adapter must be a part of the name of a GPU that is here: ${names.join(', ')}.`, {
      cause: error,
    });
  }
}

/** Dawn lists its adapters in the error: “ * backend: 'vulkan', name: 'NVIDIA H200'”. */
function namesIn(message: string): readonly string[] {
  return [...new Set([...message.matchAll(/name: '([^']*)'/g)].map(([, name]) => `“${name}”`))];
}

import { register } from 'node:module';
import { driverFolders, loadLoader, noDawnAdapter, softwareDriver, takeDriver } from './vulkanDriver.ts';

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
  const gpu = await gpuOf(() => create(adapter === null ? [] : [`adapter=${adapter}`]));
  if (gpu === null) {
    const { platform, env } = process;
    const hasLoader = platform !== 'linux' || loadLoader(driverFolders());
    throw new Error(noDawnAdapter({ platform, given: env, hasLoader }));
  }
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
async function dawn(): Promise<Pick<typeof import('webgpu'), 'create' | 'globals'>> {
  try {
    const { create, globals } = await import('webgpu');
    return { create, globals };
  } catch (error) {
    throw new Error(
      `WebGPU in Node needs the optional package “webgpu” (Dawn), and it could not be loaded: ${error instanceof Error ? error.message : error}. Install it with “npm ci --include=optional”, or take --engine wasm.`,
      { cause: error },
    );
  }
}

/** A GPU of the system by its own drivers, or else Chromium's software driver; null if there is neither. */
async function gpuOf(open: () => GPU): Promise<GPU | null> {
  if (process.platform !== 'linux') return withAdapter(open());
  const folders = driverFolders();
  // Dawn would print a warning about a missing loader, where one that comes with a browser may follow.
  if (!loadLoader(folders)) return null;
  const own = await withAdapter(open());
  const software = softwareDriver(folders);
  if (own !== null || software === null) return own;
  takeDriver(software);
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

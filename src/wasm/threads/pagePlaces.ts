import { WorkerLink } from '../../link/workerLink.ts';
import type { Build } from '../builds.ts';
import { hasSharedMemory } from '../support.ts';
import type { FromThread, ToThread } from './messages.ts';
import type { PoolPlaces } from './places.ts';

/** More threads wait for each other and for memory more than they compute. */
const MOST_THREADS = 8;

/**
 * Binaries and threads in a page. The binaries are files of its site whose names tell what they hold: the
 * kernels always fit the code that calls them.
 */
export function pagePlaces(): PoolPlaces {
  return {
    threads: threadsFor(globalThis.navigator?.hardwareConcurrency ?? 1),
    binary: fetchBinary,
    thread: (listener) =>
      new WorkerLink<ToThread, FromThread>(
        new Worker(new URL('./pageThread.js', import.meta.url), { type: 'module', name: 'kernels' }),
        listener,
      ),
  };
}

/**
 * How many threads compute in a page: as many as there are cores but one, which the page itself needs. A
 * browser tells only how many threads the processor runs at a time, `logical`. Most processors run two on
 * each core; those that run one have as many small cores as large ones, and all threads wait for the slowest.
 * So half of `logical` are taken for cores. With four, half are taken: the page has two then.
 */
export function threadsFor(logical: number): number {
  if (!hasSharedMemory() || typeof Worker === 'undefined') return 1;
  const cores = Math.ceil(logical / 2);
  return Math.min(MOST_THREADS, Math.max(1, logical > 4 ? cores - 1 : cores));
}

async function fetchBinary(build: Build): Promise<ArrayBuffer> {
  const response = await fetch(urlOf(build));
  if (!response.ok) throw new Error(`the kernels are not there: ${response.url} answered ${response.status}`);
  return response.arrayBuffer();
}

/** Vite sees each address as it stands here, and gives the file a name by its contents. */
function urlOf({ fused, shared }: Build): URL {
  if (fused && shared)
    return new URL('../../../node_modules/.cache/kernels/fused-shared.wasm', import.meta.url);
  if (fused) return new URL('../../../node_modules/.cache/kernels/fused.wasm', import.meta.url);
  if (shared) return new URL('../../../node_modules/.cache/kernels/plain-shared.wasm', import.meta.url);
  return new URL('../../../node_modules/.cache/kernels/plain.wasm', import.meta.url);
}

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { InferencePlaces } from '../inference/places.ts';
import type { BackendPlaces } from '../method/backend.ts';
import type { EnginePlaces } from '../session/engines/engineOrder.ts';
import { buildSimdKernels } from '../simd/build.ts';
import { nodePlaces } from '../wasm/threads/nodePlaces.ts';

const KERNELS = fileURLToPath(new URL('../../public/wasm/dualgate-simd.wasm', import.meta.url));

/** Where Node finds the binaries of tfjs's WASM backend. Compiles the SIMD kernels if they are missing. */
export const NODE_PLACES: BackendPlaces = {
  async simdKernels() {
    await buildSimdKernels(KERNELS, () => {});
    return readFile(KERNELS);
  },
};

/**
 * Where Node finds what engines and frozen networks need.
 * @param threads of frozen networks on the processor; null for all cores. A run has its own in its order
 */
export function enginePlaces(threads: number | null = null): EnginePlaces & InferencePlaces {
  return { ...NODE_PLACES, pool: nodePlaces(), ...(threads !== null && { threads }) };
}

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { BackendPlaces } from '../method/backend.ts';
import { buildSimdKernels } from '../simd/build.ts';

const KERNELS = fileURLToPath(new URL('../../public/wasm/dualgate-simd.wasm', import.meta.url));

/** Where Node finds the engine's binaries. Compiles the SIMD kernels if they are missing. */
export const NODE_PLACES: BackendPlaces = {
  async simdKernels() {
    await buildSimdKernels(KERNELS, () => {});
    return readFile(KERNELS);
  },
};

import { fileURLToPath } from 'node:url';
import { compileAssembly } from './compile.ts';

const SOURCES = ['kernels.ts', 'batchNorm.ts', 'filterGradient.ts', 'maps.ts'].map((name) =>
  fileURLToPath(new URL(`assembly/${name}`, import.meta.url)),
);

/**
 * Compiles the SIMD kernels to `path`, unless what is there is newer than their sources.
 * Their memory is tfjs's own, in which the tensors lie.
 */
export async function buildSimdKernels(path: string, say: (line: string) => void): Promise<void> {
  const assembly = { name: 'SIMD kernels', entry: SOURCES[0]!, sources: SOURCES, options: [] };
  if (await compileAssembly(path, assembly)) say(`Compiled the SIMD kernels to ${path}.`);
}

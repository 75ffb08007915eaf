import { fileURLToPath } from 'node:url';
import { buildSimdKernels } from '../src/simd/build.ts';
import { builtKernels } from '../src/wasm/build.ts';
import { BUILDS } from '../src/wasm/builds.ts';
import { buildEmoji10 } from './emoji10/build.ts';
import { copyWasm } from './wasm.ts';

/**
 * Builds what the page loads beside its code. In public/: the embedded images, tfjs's WASM binaries and the
 * SIMD kernels for their memory. In node_modules/.cache/: the kernels with a memory of their own, which Vite
 * takes from there. Files that are already there and correct are kept.
 */
export async function buildPublic(say: (line: string) => void): Promise<void> {
  const folder = (name: string) => fileURLToPath(new URL(`../public/${name}`, import.meta.url));
  await buildEmoji10(folder('emoji10'), say);
  await copyWasm(folder('wasm'), say);
  await buildSimdKernels(folder('wasm/dualgate-simd.wasm'), say);
  for (const build of BUILDS) await builtKernels(build);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildPublic((line) => console.log(line));
  console.log('public/emoji10, public/wasm and the kernels are built.');
}

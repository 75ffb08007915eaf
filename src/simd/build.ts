import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('assembly/kernels.ts', import.meta.url));
const SOURCES = ['kernels.ts', 'batchNorm.ts', 'filterGradient.ts', 'maps.ts'].map((name) =>
  fileURLToPath(new URL(`assembly/${name}`, import.meta.url)),
);

/**
 * Compiles the SIMD kernels to `path`, unless what is there is newer than their sources.
 * They import their memory: tfjs's own, in which the tensors lie.
 */
export async function buildSimdKernels(path: string, say: (line: string) => void): Promise<void> {
  const changed = Math.max(...(await Promise.all(SOURCES.map(async (file) => (await stat(file)).mtimeMs))));
  const built = await stat(path).catch(() => null);
  if (built !== null && built.mtimeMs >= changed) return;
  await mkdir(dirname(path), { recursive: true });
  // Loading the compiler takes seconds: commands that find the kernels built start without it.
  const { default: asc } = await import('assemblyscript/asc');
  const options = ['-O3', '--enable', 'simd', '--importMemory', '--runtime', 'stub', '--noAssert'];
  let binary: Uint8Array | string | null = null;
  const { error, stderr } = await asc.main([SOURCE, ...options, '--outFile', 'kernels.wasm'], {
    readFile: (name) => readFile(name, 'utf8').catch(() => null),
    writeFile: (_, contents) => {
      binary = contents;
    },
    listFiles: () => [],
  });
  if (error !== null || binary === null)
    throw new Error(`SIMD kernels do not compile:\n${stderr.toString()}`);
  await writeFile(path, binary);
  say(`Compiled the SIMD kernels to ${path}.`);
}

import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pid } from 'node:process';
import { threadId } from 'node:worker_threads';

/** Modules of AssemblyScript and how they become one binary. */
export interface Assembly {
  /** What messages call the binary. */
  readonly name: string;
  /** Path of the module whose exports the binary has. */
  readonly entry: string;
  /** Paths of all modules. */
  readonly sources: readonly string[];
  /** Options of the compiler, beside those that all binaries have. */
  readonly options: readonly string[];
}

/** What this thread has compiled, which may be the same twice at a time. */
let compiled = 0;

/** Optimised code without a runtime. It imports its memory, since others lay it out. */
const OPTIONS = ['-O3', '--enable', 'simd', '--importMemory', '--runtime', 'stub', '--noAssert'];

/**
 * Compiles to `path`, unless what is there is newer than its sources.
 * @returns whether it was compiled
 * @throws Error with the compiler's messages
 */
export async function compileAssembly(path: string, assembly: Assembly): Promise<boolean> {
  const { name, entry, sources, options } = assembly;
  const changed = Math.max(...(await Promise.all(sources.map(async (file) => (await stat(file)).mtimeMs))));
  const built = await stat(path).catch(() => null);
  if (built !== null && built.mtimeMs >= changed) return false;
  await mkdir(dirname(path), { recursive: true });
  // Loading the compiler takes seconds: commands that find the binary built start without it.
  const { default: asc } = await import('assemblyscript/asc');
  let binary: Uint8Array | string | null = null;
  const { error, stderr } = await asc.main([entry, ...OPTIONS, ...options, '--outFile', 'kernels.wasm'], {
    readFile: (file) => readFile(file, 'utf8').catch(() => null),
    writeFile: (_, contents) => {
      binary = contents;
    },
    listFiles: () => [],
  });
  if (error !== null || binary === null) throw new Error(`${name} do not compile:\n${stderr.toString()}`);
  // Others may compile the same at this time, or read what is there: they find a whole file.
  const own = `${path}.${pid}.${threadId}.${compiled++}`;
  await writeFile(own, binary);
  await rename(own, path);
  return true;
}

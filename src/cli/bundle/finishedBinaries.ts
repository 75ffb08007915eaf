import { access } from 'node:fs/promises';
import type { Assembly } from '../../simd/compile.ts';

// What stands in a bundle for the compiler of AssemblyScript. Its binaries were compiled when it was made.

/** Compiles nothing. @throws Error if the binary is not there */
export async function compileAssembly(path: string, { name }: Pick<Assembly, 'name'>): Promise<boolean> {
  await access(path).catch((cause: unknown) => {
    throw new Error(`${name}: a bundle must hold ${path}, and does not. Unpack it again.`, { cause });
  });
  return false;
}

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { compileAssembly } from '../simd/compile.ts';
import { type Build, MOST_PAGES } from './builds.ts';
import { hasRelaxedSimd } from './support.ts';

const ASSEMBLY = fileURLToPath(new URL('assembly/', import.meta.url));
/** Compiled by the first who needs it, kept until the sources change. */
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/kernels/', import.meta.url));

/** The binary of a build, for Node. */
export async function builtKernels(build: Build): Promise<Uint8Array<ArrayBuffer>> {
  const { fused, shared } = build;
  const path = join(CACHE, `${fused ? 'fused' : 'plain'}${shared ? '-shared' : ''}.wasm`);
  const names = (await readdir(ASSEMBLY)).filter((name) => name.endsWith('.ts'));
  await compileAssembly(path, {
    name: 'the kernels',
    entry: join(ASSEMBLY, 'kernels.ts'),
    sources: names.map((name) => join(ASSEMBLY, name)),
    options: [
      ...['--use', `FUSED=${Number(fused)}`],
      ...(fused ? ['--enable', 'relaxed-simd'] : []),
      ...(shared ? ['--enable', 'threads', '--sharedMemory', '--maximumMemory', `${MOST_PAGES}`] : []),
    ],
  });
  return new Uint8Array(await readFile(path));
}

/**
 * Lets Node 20 take relaxed SIMD, as newer versions do unasked: they no longer know the flag, and complain of
 * it. Comes before a fused build is opened.
 */
export function allowRelaxedSimd(): void {
  if (!hasRelaxedSimd()) setFlagsFromString('--experimental-wasm-relaxed-simd');
}

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { arch, platform } from 'node:process';
import { z } from 'zod';
import { buildPublic } from '../../../datasets/build.ts';
import { builtKernels } from '../../wasm/build.ts';
import { BUILDS } from '../../wasm/builds.ts';
import { CACHE, CACHE_FOLDER, type Compiled, DAWN_FOLDER } from './compileCommands.ts';

/** The folder of a bundle with all that commands read. In it, files lie as in the project. */
const APP = 'app';

/** Contents by path in the bundle, with “/” between the parts. */
export type BundledFiles = Map<string, Uint8Array>;

/** Folders and files of the project that commands look for at run time. */
const READ = [
  'public/emoji10',
  'public/wasm/dualgate-simd.wasm',
  'src/dawn/shaderLoader.js',
  'src/pytorch',
  'src/wasm/assembly',
  'src/wasm/threads',
  `${CACHE}kernels`,
];

/** The system that a bundle is for: Dawn's name of it. */
export const PLATFORM = `${platform}-${platform === 'darwin' ? 'universal' : arch}`;

/**
 * All that commands read beside their own code. Builds first what the project builds when it is missing.
 * @param root the project's folder
 * @throws Error if Dawn is not installed
 */
export async function bundledFiles(
  root: string,
  { chunks }: Pick<Compiled, 'chunks'>,
  say: (line: string) => void,
): Promise<BundledFiles> {
  await buildPublic(say);
  for (const build of BUILDS) await builtKernels(build);
  const files: BundledFiles = new Map();
  const add = async (source: string, target: string) => {
    for (const [path, content] of await filesIn(join(root, source))) {
      if (!isCompiled(`${source}${path}`)) files.set(`${target}${path}`, content);
    }
  };
  for (const path of READ) await add(path, `${APP}/${path.replace(CACHE, CACHE_FOLDER)}`);
  // tfjs looks for its binaries beside the code that it is part of.
  for (const [path, content] of await filesIn(join(root, 'public/wasm'))) {
    if (path.startsWith('/tfjs-')) files.set(`${APP}${path}`, content);
  }
  for (const [path, content] of await dawnFiles(root)) files.set(path, content);
  await add('src/golden/vectors', 'vectors');
  for (const [name, code] of chunks) files.set(`${APP}/${name}`, Buffer.from(code));
  const project: unknown = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const { version, license } = z.object({ version: z.string(), license: z.string() }).parse(project);
  const about = { name: 'dualgate', version, license, private: true, type: 'module' };
  files.set(`${APP}/package.json`, Buffer.from(`${JSON.stringify(about, null, 2)}\n`));
  return files;
}

/** Whether a file is TypeScript, which is in the chunks as far as commands use it. AssemblyScript is not. */
function isCompiled(path: string): boolean {
  return path.endsWith('.ts') && !path.includes('/assembly/');
}

/** Dawn for this system. @throws Error if it is not installed */
export async function dawnFiles(root: string): Promise<BundledFiles> {
  const found = await filesIn(join(root, `node_modules/webgpu/dist/${PLATFORM}`)).catch((cause: Error) => {
    throw new Error(
      `A bundle needs the optional package “webgpu” (Dawn) for ${PLATFORM}, and it is not there: ${cause.message}. Install it with “npm ci --include=optional”.`,
      { cause },
    );
  });
  return new Map(
    [...found].map(([path, content]) => [`${APP}/${DAWN_FOLDER}/dist/${PLATFORM}${path}`, content]),
  );
}

/** The files under a path, each by what follows it: “” for the path itself if that is a file. */
async function filesIn(path: string): Promise<BundledFiles> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch((fault: unknown) => {
    if (fault instanceof Error && 'code' in fault && fault.code === 'ENOTDIR') return null;
    throw fault;
  });
  if (entries === null) return new Map([['', await readFile(path)]]);
  const files: BundledFiles = new Map();
  for (const entry of entries.filter((found) => found.isFile())) {
    const whole = join(entry.parentPath, entry.name);
    files.set(whole.slice(path.length).replaceAll('\\', '/'), await readFile(whole));
  }
  return files;
}

import { openAsBlob } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DataError } from '../data/dataset.ts';
import type { SourceFile } from '../data/files.ts';

/**
 * The files behind paths, as a browser would hand them over; bytes are read only when asked for.
 * A directory stands for its `.bin` files, in the order of their names.
 * @throws DataError for a path that does not exist or cannot be read, and for a directory without `.bin` files
 */
export async function localFiles(paths: readonly string[]): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  for (const path of paths) {
    for (const file of await pathsBehind(path)) {
      const name = basename(file);
      files.push({ path: name, file: new File([await openAsBlob(file)], name) });
    }
  }
  return files;
}

async function pathsBehind(path: string): Promise<string[]> {
  const found = await stat(path).catch((fault: NodeJS.ErrnoException) => {
    const got = fault.code === 'ENOENT' ? 'nothing there' : fault.message;
    throw new DataError(`${path}: expected a file or a directory, got ${got}. Check the path.`);
  });
  if (!found.isDirectory()) return [path];
  const names = (await readdir(path)).filter((name) => name.endsWith('.bin')).toSorted();
  if (names.length === 0) {
    throw new DataError(
      `${path}: expected a directory with CIFAR-10’s .bin files, got none. Name the files or their directory.`,
    );
  }
  return names.map((name) => join(path, name));
}

import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { neighbourOf, writeWhole } from './wholeFile.ts';

/** @throws Error unless a path is a new or an empty directory. It makes nothing. */
export async function requireEmpty(directory: string, flag: string): Promise<void> {
  const names = await namesIn(directory).catch((fault: Error) => {
    throw new Error(`${flag} must be a new or empty directory, got ${fault.message}. Name another.`);
  });
  if (names !== null && names.length > 0)
    throw new Error(`${flag} must be a new or empty directory, got files in ${directory}. Name another.`);
}

/**
 * Writes files into a new or empty directory. A new directory gets its name only when all files are in it. If
 * a file cannot be written, nothing remains.
 * @throws the error of the file system
 */
export async function writeFolder(
  directory: string,
  files: ReadonlyMap<string, string | Uint8Array>,
): Promise<void> {
  const isNew = (await namesIn(directory)) === null;
  const path = resolve(directory);
  const place = isNew ? neighbourOf(path) : path;
  await mkdir(isNew ? dirname(path) : path, { recursive: true });
  const written: string[] = [];
  try {
    if (isNew) await mkdir(place);
    for (const [name, content] of files) {
      written.push(join(place, name));
      await writeWhole(join(place, name), content);
    }
    if (isNew) await rename(place, path);
  } catch (fault) {
    if (isNew) await rm(place, { recursive: true, force: true });
    for (const file of written) await rm(file, { force: true });
    throw fault;
  }
}

/** The names in a directory; null if nothing is there. */
function namesIn(directory: string): Promise<string[] | null> {
  return readdir(directory).catch((fault: NodeJS.ErrnoException) => {
    if (fault.code === 'ENOENT') return null;
    throw fault;
  });
}

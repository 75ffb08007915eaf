import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { undisturbed } from '../command.ts';
import { neighbourOf, writeWhole } from './wholeFile.ts';

/**
 * Throws an Error unless a path is a new or an empty directory. What a killed process left there does not
 * count. It makes nothing.
 */
export async function requireEmpty(directory: string, flag: string): Promise<void> {
  const names = await namesIn(directory).catch((fault: Error) => {
    throw new Error(`${flag} must be a new or empty directory, got ${fault.message}. Name another.`);
  });
  if (names?.some((name) => !name.endsWith('.part')))
    throw new Error(`${flag} must be a new or empty directory, got files in ${directory}. Name another.`);
}

/**
 * Writes files into a new or empty directory. They are written into a directory of another name first, and
 * get their place when all are whole. If a file cannot be written, nothing remains.
 * @throws the error of the file system
 */
export function writeFolder(
  directory: string,
  files: ReadonlyMap<string, string | Uint8Array>,
): Promise<void> {
  const path = resolve(directory);
  return undisturbed(async () => {
    const isNew = (await namesIn(path)) === null;
    const place = neighbourOf(isNew ? path : join(path, 'files'));
    const placed: string[] = [];
    try {
      await mkdir(dirname(place), { recursive: true });
      await mkdir(place);
      for (const [name, content] of files) await writeWhole(join(place, name), content);
      if (isNew) return await rename(place, path);
      // The directory itself may be the one that the user stands in, so it stays.
      for (const name of files.keys()) {
        placed.push(join(path, name));
        await rename(join(place, name), join(path, name));
      }
      await rmdir(place);
    } catch (fault) {
      await rm(place, { recursive: true, force: true });
      for (const file of placed) await rm(file, { force: true });
      throw fault;
    }
  });
}

/** The names in a directory; null if nothing is there. */
function namesIn(directory: string): Promise<string[] | null> {
  return readdir(directory).catch((fault: NodeJS.ErrnoException) => {
    if (fault.code === 'ENOENT') return null;
    throw fault;
  });
}

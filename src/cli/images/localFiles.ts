import { openAsBlob } from 'node:fs';
import { access, constants, readdir, readlink, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { SourceFile } from '../../data/formats/files.ts';
import { isHiddenByProgram } from '../../data/formats/litter.ts';
import { DataError } from '../../data/images/dataset.ts';

/** Greatest depth of folders that is searched, because links can form a circle. */
const MAX_DEPTH = 16;

/**
 * The files at some paths, as a browser would give them. Their bytes are read only when they are needed. A
 * directory means all files below it except hidden ones and those that programs keep, in the order of their
 * names; those that cannot be opened come with their fault. Their paths start below the directory, or with
 * its name if several paths are given.
 * @throws DataError for a path that does not exist or cannot be read, and for a directory without files
 */
export async function localFiles(paths: readonly string[]): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  for (const path of paths) {
    const name = basename(resolve(path));
    if (!(await statOf(path)).isDirectory()) {
      files.push({ path: name, file: await open(path) });
      continue;
    }
    const found = await walk(path, paths.length > 1 ? `${name}/` : '', 0);
    if (found.length === 0) {
      throw new DataError(
        `${path}: expected a directory with files, got none. Name the files or their directory.`,
      );
    }
    for (const file of found) files.push(file);
  }
  return files;
}

/** Name of the directory if the paths are exactly one directory. Its images are called by this name. */
export async function folderName(paths: readonly string[]): Promise<string | undefined> {
  const [path] = paths;
  if (path === undefined || paths.length > 1 || !(await statOf(path)).isDirectory()) return undefined;
  return basename(resolve(path));
}

async function walk(folder: string, prefix: string, depth: number): Promise<SourceFile[]> {
  if (depth > MAX_DEPTH) {
    throw new DataError(
      `${folder}: expected folders at most ${MAX_DEPTH} deep in each other, got deeper ones. Name a folder further down.`,
    );
  }
  const entries = await readdir(folder, { withFileTypes: true });
  // A hidden folder may be a class. Others are caches with many files.
  const names = entries
    .filter((entry) => !entry.name.startsWith('.') || (entry.isDirectory() && !isHiddenByProgram(entry.name)))
    .map(({ name }) => name)
    .toSorted();
  const files: SourceFile[] = [];
  for (const name of names) {
    const path = join(folder, name);
    const found = await readableStat(path);
    if (found === null) {
      files.push({ path: prefix + name, file: new File([], name), fault: await faultOf(path) });
    } else if (found.isDirectory()) {
      for (const file of await walk(path, `${prefix}${name}/`, depth + 1)) files.push(file);
    } else if (found.isFile()) {
      files.push({ path: prefix + name, file: await open(path) });
    }
  }
  return files;
}

/** What a path in a directory is; null if it leads nowhere or may not be read. */
async function readableStat(path: string) {
  try {
    await access(path, constants.R_OK);
    return await stat(path);
  } catch {
    return null;
  }
}

/** Why a path in a directory cannot be opened. The directory's other files are read without it. */
async function faultOf(path: string): Promise<string> {
  const target = await readlink(path).catch(() => null);
  if (target !== null)
    return `${path} is a link to “${target}”, where nothing can be read: expected a file or a directory. Mend the link, or take it out.`;
  return `${path} cannot be read: expected a file or a directory that may be read. Check its permissions, or take it out.`;
}

async function open(path: string): Promise<File> {
  return new File([await openAsBlob(path)], basename(path));
}

function statOf(path: string) {
  return stat(path).catch((fault: NodeJS.ErrnoException) => {
    const got = fault.code === 'ENOENT' ? 'nothing there' : fault.message;
    throw new DataError(`${path}: expected a file or a directory, got ${got}. Check the path.`);
  });
}

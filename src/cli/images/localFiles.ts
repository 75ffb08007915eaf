import { openAsBlob, type Stats } from 'node:fs';
import { access, constants, readdir, readlink, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { SourceFile } from '../../data/formats/files.ts';
import { isHiddenByProgram } from '../../data/formats/litter.ts';
import { splitNameOf } from '../../data/formats/splitNames.ts';
import { DataError } from '../../data/images/dataset.ts';
import { checkDepth } from '../../data/pictures/layout/folderDepth.ts';

/**
 * The files at some paths, as a browser would give them. Their bytes are read only when they are needed. A
 * directory means all files below it except hidden ones and those that programs keep, in the order of their
 * names; those that cannot be opened, and links to a directory above them, come with their fault. Their paths
 * start below the directory, or with its name if several paths are given.
 * @throws DataError for a path that does not exist or cannot be read, for a directory without files, and for
 * directories too deep in each other
 */
export async function localFiles(paths: readonly string[]): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  for (const path of paths) {
    const name = basename(resolve(path));
    const given = await statOf(path);
    if (!given.isDirectory()) {
      files.push({ path: pathAlone(path, paths), file: await open(path) });
      continue;
    }
    const found = await walk(path, paths.length > 1 ? [name] : [], [placeOf(given)]);
    if (found.length === 0) {
      throw new DataError(
        `${path}: expected a directory with files, got none. Name the files or their directory.`,
      );
    }
    for (const file of found) files.push(paths.length > 1 ? file : { ...file, below: name });
  }
  return files;
}

/**
 * The path of a file that was given by itself: its name, below its directory if others are of the same name
 * and their directories are splits, as train/images.zip and test/images.zip.
 */
function pathAlone(path: string, all: readonly string[]): string {
  const alike = all.map((one) => resolve(one)).filter((one) => basename(one) === basename(path));
  const areSplits = alike.every((one) => splitNameOf(basename(dirname(one))) !== null);
  if (alike.length < 2 || !areSplits) return basename(path);
  return `${basename(dirname(resolve(path)))}/${basename(path)}`;
}

/** Name of the directory if the paths are exactly one directory. Its images are called by this name. */
export async function folderName(paths: readonly string[]): Promise<string | undefined> {
  const [path] = paths;
  if (path === undefined || paths.length > 1 || !(await statOf(path)).isDirectory()) return undefined;
  return basename(resolve(path));
}

/** What tells a directory from all others, by whatever link it was reached. */
function placeOf({ dev, ino }: Stats): string {
  return `${dev} ${ino}`;
}

/**
 * The files below a directory.
 * @param names the names of the directories in which their paths begin
 * @param above the places of the directory and of those that hold it
 */
async function walk(
  folder: string,
  names: readonly string[],
  above: readonly string[],
): Promise<SourceFile[]> {
  checkDepth(folder, names.length);
  const entries = await readdir(folder, { withFileTypes: true });
  // A hidden folder may be a class. Others are caches with many files.
  const inside = entries
    .filter((entry) => !entry.name.startsWith('.') || (entry.isDirectory() && !isHiddenByProgram(entry.name)))
    .map(({ name }) => name)
    .toSorted();
  const files: SourceFile[] = [];
  for (const name of inside) {
    const full = join(folder, name);
    const path = [...names, name].join('/');
    const found = await readableStat(full);
    if (found === null) {
      files.push({ path, file: new File([], name), fault: await faultOf(full) });
    } else if (found.isDirectory() && above.includes(placeOf(found))) {
      files.push({ path, file: new File([], name), fault: roundFault(full), isRound: true });
    } else if (found.isDirectory()) {
      for (const file of await walk(full, [...names, name], [...above, placeOf(found)])) files.push(file);
    } else if (found.isFile()) {
      files.push({ path, file: await open(full) });
    }
  }
  return files;
}

function roundFault(path: string): string {
  return `${path} is a link to a folder that holds it: expected a file or a directory of its own. Take it out.`;
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

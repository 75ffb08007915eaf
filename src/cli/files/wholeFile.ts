import { randomBytes } from 'node:crypto';
import { chmod, open, readlink, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { undisturbed } from '../command.ts';

/** Characters of a file's name that its neighbour keeps. File systems allow 255 bytes for a whole name. */
const KEPT_OF_NAME = 60;

/** Links that are followed, one to the next. The kernel gives up after the same number. */
const MOST_LINKS = 40;

/**
 * Writes a file so that its path holds the old content or the whole new content at every moment, also when
 * the process is killed or the disk is full. A pipe or a device is written to directly.
 * @throws the error of the file system
 */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  if (isStream(path, await stat(path).catch(() => null))) return writeFile(path, content);
  const target = await targetOf(path);
  await writeThenPut(target, content, (neighbour) => rename(neighbour, target));
}

/**
 * Writes content to a neighbour of a file. When all of it is on the disk, `put` gives the neighbour its name.
 * If either fails, the neighbour is removed. A signal that asks for the end waits until all is done.
 * @throws the error of the file system
 */
export async function writeThenPut(
  target: string,
  content: string | Uint8Array,
  put: (neighbour: string) => Promise<void>,
): Promise<void> {
  const neighbour = neighbourOf(target);
  await undisturbed(async () => {
    try {
      const file = await open(neighbour, 'wx');
      try {
        await file.writeFile(content);
        // Without this, a crash of the machine could leave an empty file under the new name.
        await file.sync();
      } finally {
        await file.close();
      }
      const before = await stat(target).catch(() => null);
      if (before?.isFile()) await chmod(neighbour, before.mode);
      await put(neighbour);
    } catch (fault) {
      await rm(neighbour, { force: true });
      throw fault;
    }
    await syncFolder(dirname(target));
  });
}

/**
 * A new name in the folder of a file. Processes on other machines may write there too, so chance is in it.
 */
export function neighbourOf(target: string): string {
  const name = basename(target).slice(0, KEPT_OF_NAME);
  return join(dirname(target), `${name}.${process.pid}-${randomBytes(4).toString('hex')}.part`);
}

/**
 * Whether a path leads to a pipe, a device or the standard output, which nothing may replace. The standard
 * output may be a file, but the shell then holds it open.
 */
export function isStream(path: string, found: Awaited<ReturnType<typeof stat>> | null): boolean {
  if (found === null) return false;
  return /^\/(dev|proc)\//.test(resolve(path)) || !(found.isFile() || found.isDirectory());
}

/** The file that a path means. A link stays a link, also one whose target is not there yet. */
export async function targetOf(path: string): Promise<string> {
  let target = path;
  for (let links = 0; links < MOST_LINKS; links++) {
    const next = await readlink(target).catch(() => null);
    if (next === null) return target;
    target = resolve(await realpath(dirname(target)), next);
  }
  return target;
}

/** Makes the new name of a file last. Some systems cannot open a folder, and keep names without this. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

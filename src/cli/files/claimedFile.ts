import { createHash } from 'node:crypto';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { whileLocked } from './fileLock.ts';
import { isStream, targetOf, writeThenPut, writeWhole } from './wholeFile.ts';

/**
 * Characters of a name that are kept in the name beside it. File systems allow 255 bytes for a whole name.
 */
const KEPT_OF_NAME = 60;

/** What a file held that could not be read, such as a folder. Nobody knows whether it is still the same. */
const UNREADABLE = 'unreadable';

/** Where a file was written. */
export interface WrittenFile {
  readonly path: string;
  /** The path that was asked for, if another changed what lies there; null if that was written. */
  readonly insteadOf: string | null;
}

/** The name of a written file for the user, with the reason if it is not the one that was asked for. */
export function writtenName({ path, insteadOf }: WrittenFile): string {
  return insteadOf === null ? path : `${path} (${insteadOf} was changed by another meanwhile, and stays)`;
}

/**
 * A file that a command may write. Between the check of that and the writing, hours may pass. If another
 * process, or the user, puts something else there meanwhile, that stays, and the content goes to a new file
 * beside it.
 */
export class ClaimedFile {
  private constructor(
    /** The path that the user gave. */
    private readonly asked: string,
    /** The path that is written to: the asked one, or the one beside it. */
    private path: string,
    /** What the file held when this command last saw it; null if there was none. */
    private held: string | null,
  ) {}

  /** Takes a file as it is now. */
  static async of(path: string): Promise<ClaimedFile> {
    const before = await stat(path).catch(() => null);
    return new ClaimedFile(path, path, isStream(path, before) ? null : await heldIn(path));
  }

  /**
   * Writes the file, whole or not at all.
   * @throws the error of the file system
   */
  async write(content: string | Uint8Array): Promise<WrittenFile> {
    const { path } = this;
    if (isStream(path, await stat(path).catch(() => null))) {
      await writeWhole(path, content);
      return { path, insteadOf: null };
    }
    const target = await targetOf(path);
    await writeThenPut(target, content, (neighbour) =>
      whileLocked(target, async () => {
        const found = await heldIn(target);
        const isUnchanged = found === this.held && found !== UNREADABLE;
        if (found === null || isUnchanged) return rename(neighbour, target);
        const beside = await newFileBeside(target);
        try {
          await rename(neighbour, beside);
        } catch (fault) {
          await rm(beside, { force: true });
          throw fault;
        }
        this.path = beside;
      }),
    );
    this.held = digestOf(content);
    return { path: this.path, insteadOf: this.path === this.asked ? null : this.asked };
  }
}

/** The digest of what a file holds; null if there is no file. */
async function heldIn(path: string): Promise<string | null> {
  try {
    return digestOf(await readFile(path));
  } catch (fault) {
    return (fault as NodeJS.ErrnoException).code === 'ENOENT' ? null : UNREADABLE;
  }
}

function digestOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Makes an empty file whose name is like that of another: `run-2.json` beside `run.json`. */
async function newFileBeside(target: string): Promise<string> {
  const [, stem = '', ending = ''] = /^(.*?)((?:\.\w{1,12})?(?:\.gz)?)$/.exec(basename(target)) ?? [];
  const isLong = Buffer.byteLength(stem) > 4 * KEPT_OF_NAME - ending.length;
  for (let number = 2; ; number++) {
    const name = `${isLong ? stem.slice(0, KEPT_OF_NAME) : stem}-${number}${ending}`;
    const path = join(dirname(target), name);
    try {
      await (await open(path, 'wx')).close();
      return path;
    } catch (fault) {
      if ((fault as NodeJS.ErrnoException).code !== 'EEXIST') throw fault;
    }
  }
}

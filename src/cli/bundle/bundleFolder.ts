import { chmod, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { createGzip } from 'node:zlib';
import { z } from 'zod';
import { undisturbed } from '../command.ts';
import { neighbourOf, writeWhole } from '../files/wholeFile.ts';
import type { BundledFiles } from './bundledFiles.ts';

/** In the folder's own list: what it is, and which files the command made. */
const LIST = 'bundle.json';

const BundleList = z.object({
  format: z.literal('dualgate-bundle'),
  version: z.literal(1),
  files: z.array(z.string()),
});

/** A tar archive has a header for each file, and fills files up to whole blocks. Bytes. */
const TAR_BLOCK = 512;

/**
 * Throws an Error unless the folder is new, empty, or a bundle that holds nothing else. It makes nothing.
 */
export async function requireBundleFolder(folder: string): Promise<void> {
  const there = await filesOf(folder).catch((fault: Error) => {
    throw new Error(`--out must be a folder, new, empty or a bundle, got ${fault.message}. Name another.`);
  });
  if (there.length === 0) return;
  const list = BundleList.safeParse(
    await readFile(join(folder, LIST), 'utf8')
      .then((text): unknown => JSON.parse(text))
      .catch(() => null),
  );
  const known = new Set(list.success ? [...list.data.files, LIST] : []);
  const stranger = there.find((path) => !known.has(path));
  if (stranger !== undefined)
    throw new Error(
      `--out must be a folder, new, empty or a bundle and nothing else, got ${join(folder, stranger)}. Name another.`,
    );
}

/**
 * Writes a bundle. All of it is written beside the folder first, which then gets its name: a bundle that was
 * there stays whole until the new one is.
 * @param executable paths that can be started
 * @throws the error of the file system
 */
export function writeBundle(
  folder: string,
  files: BundledFiles,
  executable: ReadonlySet<string>,
): Promise<void> {
  const path = resolve(folder);
  const list = { format: 'dualgate-bundle', version: 1, files: [...files.keys()].sort() };
  const all = new Map([...files, [LIST, Buffer.from(`${JSON.stringify(list, null, 1)}\n`)]]);
  return undisturbed(async () => {
    const [place, old] = [neighbourOf(path), neighbourOf(path)];
    try {
      for (const [name, content] of all) {
        const target = join(place, name);
        await mkdir(dirname(target), { recursive: true });
        await writeWhole(target, content);
        if (executable.has(name)) await chmod(target, 0o755);
      }
      const was = await rename(path, old).then(
        () => true,
        (fault: NodeJS.ErrnoException) => {
          if (fault.code === 'ENOENT') return false;
          throw fault;
        },
      );
      await rename(place, path).catch(async (fault: unknown) => {
        if (was) await rename(old, path);
        throw fault;
      });
      if (was) await rm(old, { recursive: true });
    } catch (fault) {
      await rm(place, { recursive: true, force: true });
      throw fault;
    }
  });
}

/** What a tar.gz of the files takes, and what they take themselves, bytes. */
export async function sizesOf(files: BundledFiles): Promise<{ packed: number; whole: number }> {
  const gzip = createGzip();
  let packed = 0;
  gzip.on('data', ({ length }: Buffer) => {
    packed += length;
  });
  const ended = new Promise((done, fail) => gzip.on('end', done).on('error', fail));
  let whole = 0;
  for (const content of files.values()) {
    whole += content.length;
    const filled = TAR_BLOCK + Math.ceil(content.length / TAR_BLOCK) * TAR_BLOCK - content.length;
    for (const part of [content, new Uint8Array(filled)]) {
      if (!gzip.write(part)) await new Promise((done) => gzip.once('drain', done));
    }
  }
  gzip.end();
  await ended;
  return { packed, whole };
}

/** The files in a folder, with “/” between the parts of their paths; none if there is no folder. */
async function filesOf(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (fault: NodeJS.ErrnoException) => {
      if (fault.code === 'ENOENT') return [];
      throw fault;
    },
  );
  const start = resolve(folder).length + 1;
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => resolve(entry.parentPath, entry.name).slice(start).split(sep).join('/'));
}

import { privateFiles, spaceOfSite } from '../../platform/privateFiles.ts';
import { uniqueName } from '../../platform/uniqueName.ts';
import { DataError, type TrainAndTest } from './dataset.ts';
import { fingerprintOf, imagesBytes, imagesPieces, readImages } from './imagesFile.ts';

// Copies of the user's images, in the browser's private file system. A run that continues after a reload
// needs its images, and the page may not open the user's files again. A copy's name is its fingerprint.

const FOLDER = 'dualgate-images';
/** The most bytes of a copy. Larger sets are not copied: the user is asked for their files again. */
export const MAX_COPY = 512 * 2 ** 20;
/** Bytes written at a time. */
const PIECE = 1 << 24;
const ENDING = '.images';
/** The end of a copy's name while it is incomplete. */
const PARTIAL = '.partial';

/** Whether a copy was kept, and if not, why. */
export type Copied = 'kept' | 'too large' | 'no room' | 'not possible here';

/**
 * Keeps a copy unless there is one. It works only in workers. It never throws, because a run does not need
 * the copy.
 */
export async function keepImages(
  data: TrainAndTest,
  fingerprint: string,
  onProgress: (done: number, total: number) => void,
): Promise<Copied> {
  const total = imagesBytes(data);
  if (total > MAX_COPY) return 'too large';
  try {
    const folder = await openFolder();
    if (await hasCopy(folder, fingerprint)) return 'kept';
    const { quota, used } = (await spaceOfSite()) ?? { quota: 0, used: 0 };
    // Checkpoints need room too, so the copy may take only half of what is free.
    if (used + 2 * total > quota) return 'no room';
    // Another tab may be writing the same copy, so each tab's file has a name of its own.
    const partial = `${fingerprint}-${uniqueName()}${PARTIAL}`;
    try {
      const access = await (await folder.getFileHandle(partial, { create: true })).createSyncAccessHandle();
      try {
        let at = 0;
        for (const piece of imagesPieces(data)) {
          for (let from = 0; from < piece.length; from += PIECE) {
            const part = piece.slice(from, from + PIECE);
            if (access.write(part, { at }) < part.length) return 'no room';
            at += part.length;
            onProgress(Math.min(at, total), total);
          }
        }
        access.flush();
      } finally {
        access.close();
      }
      await renameTo(folder, partial, `${fingerprint}${ENDING}`);
      return 'kept';
    } finally {
      await folder.removeEntry(partial).catch(() => {
        // The partial file already has its final name, or never existed.
      });
    }
  } catch (error) {
    const full = error instanceof DOMException && error.name === 'QuotaExceededError';
    return full ? 'no room' : 'not possible here';
  }
}

/** All browsers with synchronous handles have `move`, but the compiler's library does not know it yet. */
async function renameTo(folder: FileSystemDirectoryHandle, from: string, to: string): Promise<void> {
  const handle: FileSystemFileHandle & { readonly move?: (name: string) => Promise<void> } =
    await folder.getFileHandle(from);
  if (!handle.move) throw new Error('this browser cannot rename files');
  await handle.move(to);
}

/** Whether there is a copy of these images. */
export async function imagesKept(fingerprint: string): Promise<boolean> {
  return openFolder().then(
    (folder) => hasCopy(folder, fingerprint),
    () => false,
  );
}

/** The images of a copy. @throws DataError if there is none, or it has changed */
export async function keptImages(fingerprint: string): Promise<TrainAndTest> {
  let bytes: Uint8Array;
  try {
    const handle = await (await openFolder()).getFileHandle(`${fingerprint}${ENDING}`);
    bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new DataError(`The kept copy of this run’s images cannot be read: ${why}. Choose its files again.`);
  }
  const data = readImages(bytes);
  if ((await fingerprintOf(data)) !== fingerprint) {
    await removeImages(fingerprint);
    throw new DataError('The kept copy of this run’s images is damaged. Choose its files again.');
  }
  return { ...data, fingerprint };
}

export async function removeImages(fingerprint: string): Promise<void> {
  const folder = await openFolder();
  await folder.removeEntry(`${fingerprint}${ENDING}`).catch(() => {
    // The file is gone already.
  });
}

/** Deletes the copies that no run needs, and incomplete ones. */
export async function sweepImages(needed: ReadonlySet<string>): Promise<void> {
  const folder = await openFolder();
  const names: string[] = [];
  for await (const name of folder.keys()) names.push(name);
  for (const name of names) {
    if (name.endsWith(ENDING) && needed.has(name.slice(0, -ENDING.length))) continue;
    await folder.removeEntry(name).catch(() => {
      // Another tab is deleting it, or has done so.
    });
  }
}

async function openFolder(): Promise<FileSystemDirectoryHandle> {
  return (await privateFiles()).getDirectoryHandle(FOLDER, { create: true });
}

async function hasCopy(folder: FileSystemDirectoryHandle, fingerprint: string): Promise<boolean> {
  return folder.getFileHandle(`${fingerprint}${ENDING}`).then(
    () => true,
    () => false,
  );
}

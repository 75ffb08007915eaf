import { DataError, type TrainAndTest } from './dataset.ts';
import { fingerprintOf, imagesBytes, imagesPieces, readImages } from './imagesFile.ts';

// Copies of the images that users handed over, in the browser's private file system: a run that is gone on from after
// a reload needs its images, and the page may not open the user's files again. Each is named by its fingerprint.

const FOLDER = 'dualgate-images';
/** Larger sets are not copied: their files are asked for again. */
export const MAX_COPY = 512 * 2 ** 20;
/** Bytes written at a time. */
const PIECE = 1 << 24;
const ENDING = '.images';
/** A copy under this name is not whole yet. */
const PARTIAL = '.partial';

/** What became of a wish to keep a copy. */
export type Copied = 'kept' | 'too large' | 'no room' | 'not possible here';

/** Keeps a copy unless there is one. Only in workers. Never throws: a run does not depend on it. */
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
    const { quota = 0, usage = 0 } = await navigator.storage.estimate();
    // Checkpoints need room, too.
    if (usage + 2 * total > quota) return 'no room';
    // Another tab may be writing the same: the file of each has a name of its own.
    const partial = `${fingerprint}-${crypto.randomUUID()}${PARTIAL}`;
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
        // It has its final name, or was never there.
      });
    }
  } catch (error) {
    const full = error instanceof DOMException && error.name === 'QuotaExceededError';
    return full ? 'no room' : 'not possible here';
  }
}

/** `move` is in every browser that has synchronous handles, and not yet in the compiler's library. */
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

/** The images of a copy. @throws DataError when there is none, or it is not what it was */
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
    // It is gone already.
  });
}

/** Removes the copies that nobody needs, and what was left of writing one. */
export async function sweepImages(needed: ReadonlySet<string>): Promise<void> {
  const folder = await openFolder();
  const names: string[] = [];
  for await (const name of folder.keys()) names.push(name);
  for (const name of names) {
    if (name.endsWith(ENDING) && needed.has(name.slice(0, -ENDING.length))) continue;
    await folder.removeEntry(name).catch(() => {
      // Another tab is at it, or has removed it.
    });
  }
}

async function openFolder(): Promise<FileSystemDirectoryHandle> {
  return (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true });
}

async function hasCopy(folder: FileSystemDirectoryHandle, fingerprint: string): Promise<boolean> {
  return folder.getFileHandle(`${fingerprint}${ENDING}`).then(
    () => true,
    () => false,
  );
}

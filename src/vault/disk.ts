import { privateFiles } from '../platform/privateFiles.ts';

/** The files of runs: folders with files, one level deep. */
export interface Disk {
  /**
   * Writes a whole file, and waits until it is on the disk. It replaces a file of the same name.
   * @throws DOMException QuotaExceededError when there is no room; no file of that name exists then
   */
  write(folder: string, file: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** @throws DOMException NotFoundError when there is no such file */
  read(folder: string, file: string): Promise<Uint8Array<ArrayBuffer>>;
  /** A file that does not exist counts as removed. */
  remove(folder: string, file: string): Promise<void>;
  removeFolder(folder: string): Promise<void>;
  folders(): Promise<string[]>;
  files(folder: string): Promise<string[]>;
}

/** Bytes written at a time. */
const PIECE = 1 << 24;

/**
 * A folder of the origin private file system. Works in workers only, because pages have no synchronous
 * handles.
 * @throws DOMException where the browser has no such file system, or does not allow it (private windows)
 */
export async function openDisk(name: string): Promise<Disk> {
  const root = await (await privateFiles()).getDirectoryHandle(name, { create: true });
  const folderOf = (folder: string, create = false) => root.getDirectoryHandle(folder, { create });
  return {
    write: async (folder, file, bytes) => {
      const directory = await folderOf(folder, true);
      const handle = await directory.getFileHandle(file, { create: true });
      const access = await handle.createSyncAccessHandle();
      try {
        access.truncate(0);
        for (let at = 0; at < bytes.length; at += PIECE) {
          const piece = bytes.subarray(at, at + PIECE);
          if (access.write(piece, { at }) < piece.length)
            throw new DOMException('the disk took only a part of the file', 'QuotaExceededError');
        }
        access.flush();
      } catch (error) {
        access.close();
        await directory.removeEntry(file).catch(() => {
          // The error that is being thrown says more. The file is an orphan, which the next visit removes.
        });
        throw error;
      }
      access.close();
      // Chromium takes more than its quota without a word, and cuts the file off when it is closed.
      const { size } = await handle.getFile();
      if (size === bytes.length) return;
      await directory.removeEntry(file).catch(() => {
        // As above.
      });
      throw new DOMException(`the disk kept ${size} of ${bytes.length} bytes`, 'QuotaExceededError');
    },
    read: async (folder, file) => {
      const handle = await (await folderOf(folder)).getFileHandle(file);
      return new Uint8Array(await (await handle.getFile()).arrayBuffer());
    },
    remove: async (folder, file) => {
      await unlessMissing(async () => (await folderOf(folder)).removeEntry(file));
    },
    removeFolder: async (folder) => {
      await unlessMissing(() => root.removeEntry(folder, { recursive: true }));
    },
    folders: () => namesIn(root, 'directory'),
    files: async (folder) => (await unlessMissing(async () => namesIn(await folderOf(folder), 'file'))) ?? [],
  };
}

async function namesIn(directory: FileSystemDirectoryHandle, kind: 'file' | 'directory'): Promise<string[]> {
  const names: string[] = [];
  for await (const [name, handle] of directory.entries()) if (handle.kind === kind) names.push(name);
  return names;
}

async function unlessMissing<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotFoundError') return null;
    throw error;
  }
}

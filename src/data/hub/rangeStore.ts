import { sha256 } from '../../platform/digest.ts';
import { privateFiles } from '../../platform/privateFiles.ts';

/** The bytes of a file from `start` up to, but not including, `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** What is kept of one remote file. */
export interface KeptFile {
  /** The file's whole length; null if nothing of it is kept. */
  readonly total: number | null;
  /** The ranges that are kept, in order of their start; they may overlap. */
  ranges(): readonly Range[];
  /** The bytes of a range, checked. If they are damaged, it gives null and no longer lists the range. */
  read(range: Range): Promise<Uint8Array<ArrayBuffer> | null>;
  /**
   * Keeps a range.
   * @throws DOMException QuotaExceededError if there is no room; then nothing of the range is kept
   */
  write(start: number, bytes: Uint8Array<ArrayBuffer>, total: number): Promise<void>;
}

/** Where ranges of remote files are kept. Every data set has its folder. */
export interface RangeStore {
  /** @param path path below the folder, one name for each level */
  open(folder: string, path: readonly string[]): Promise<KeptFile>;
  /** Bytes that a folder takes on the disk. */
  size(folder: string): Promise<number>;
  /** Deletes one file by its path, or the whole folder. It is no error if it is not there. */
  clear(folder: string, path?: readonly string[]): Promise<void>;
}

const ROOT = 'hub';
/** Bytes of the SHA-256 that follows the bytes in every file. It shows if a write was cut off. */
const DIGEST_BYTES = 32;

/**
 * Keeps ranges in the browser's origin private file system. Each range is a file whose name tells its place,
 * so there is no index that could be damaged or disagree. It works in workers only, where files can be
 * written in place.
 * @throws DOMException if the browser has no such file system, or does not allow it (private windows)
 */
export async function openRangeStore(): Promise<RangeStore> {
  return rangeStoreIn(await privateFiles());
}

/** A store below this directory. */
export async function rangeStoreIn(top: FileSystemDirectoryHandle): Promise<RangeStore> {
  const root = await top.getDirectoryHandle(ROOT, { create: true });
  return {
    open: async (folder, path) => {
      let directory = await root.getDirectoryHandle(folder, { create: true });
      for (const name of path) directory = await directory.getDirectoryHandle(name, { create: true });
      return openKept(directory);
    },
    size: async (folder) => {
      const directory = await unlessMissing(root.getDirectoryHandle(folder));
      return directory === null ? 0 : sizeOf(directory);
    },
    clear: async (folder, path = []) => {
      await unlessMissing(removeBelow(root, [folder, ...path]));
    },
  };
}

async function removeBelow(root: FileSystemDirectoryHandle, path: readonly string[]): Promise<void> {
  let directory = root;
  for (const name of path.slice(0, -1)) directory = await directory.getDirectoryHandle(name);
  await directory.removeEntry(path.at(-1)!, { recursive: true });
}

async function openKept(directory: FileSystemDirectoryHandle): Promise<KeptFile> {
  const names = new Map<string, Range>();
  let total: number | null = null;
  for await (const [name, handle] of directory.entries()) {
    const [, start, end, of] = /^(\d+)-(\d+)-of-(\d+)$/.exec(name) ?? [];
    if (handle.kind !== 'file' || start === undefined) continue;
    total ??= Number(of);
    if (Number(of) === total) names.set(name, { start: Number(start), end: Number(end) });
  }
  const nameOf = ({ start, end }: Range) => `${start}-${end}-of-${total}`;
  return {
    get total() {
      return total;
    },
    ranges: () => [...names.values()].sort((a, b) => a.start - b.start || b.end - a.end),
    read: async (range) => {
      const name = nameOf(range);
      const handle = await unlessMissing(directory.getFileHandle(name));
      const bytes = handle && new Uint8Array(await (await handle.getFile()).arrayBuffer());
      if (bytes !== null && (await isWhole(bytes, range.end - range.start)))
        return bytes.slice(0, -DIGEST_BYTES);
      names.delete(name);
      return null;
    },
    write: async (start, bytes, of) => {
      total ??= of;
      const range = { start, end: start + bytes.length };
      const digest = await sha256(bytes);
      if (await writeFile(directory, nameOf(range), [bytes, digest])) names.set(nameOf(range), range);
    },
  };
}

async function isWhole(file: Uint8Array<ArrayBuffer>, length: number): Promise<boolean> {
  if (file.length !== length + DIGEST_BYTES) return false;
  const digest = await sha256(file.subarray(0, length));
  return digest.every((byte, i) => byte === file[length + i]);
}

/** Writes a file. It gives false if another tab is writing it just now: then that tab keeps it. */
async function writeFile(
  directory: FileSystemDirectoryHandle,
  name: string,
  parts: readonly Uint8Array<ArrayBuffer>[],
): Promise<boolean> {
  const handle = await directory.getFileHandle(name, { create: true });
  const access = await handle.createSyncAccessHandle().catch((fault: unknown) => {
    if (fault instanceof DOMException && fault.name === 'NoModificationAllowedError') return null;
    throw fault;
  });
  if (access === null) return false;
  try {
    access.truncate(0);
    let at = 0;
    for (const part of parts) {
      if (access.write(part, { at }) < part.length) {
        throw new DOMException('the disk took only a part of the file', 'QuotaExceededError');
      }
      at += part.length;
    }
    access.flush();
  } catch (fault) {
    access.close();
    await directory.removeEntry(name).catch(() => {
      // What is left does not match its digest, so it is never taken for data.
    });
    throw fault;
  }
  access.close();
  return true;
}

async function sizeOf(directory: FileSystemDirectoryHandle): Promise<number> {
  let bytes = 0;
  for await (const handle of directory.values()) {
    // Another tab may have deleted what was listed a moment ago.
    bytes += isDirectory(handle)
      ? ((await unlessMissing(sizeOf(handle))) ?? 0)
      : ((await unlessMissing((handle as FileSystemFileHandle).getFile()))?.size ?? 0);
  }
  return bytes;
}

function isDirectory(handle: FileSystemHandle): handle is FileSystemDirectoryHandle {
  return handle.kind === 'directory';
}

async function unlessMissing<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (fault) {
    if (fault instanceof DOMException && fault.name === 'NotFoundError') return null;
    throw fault;
  }
}

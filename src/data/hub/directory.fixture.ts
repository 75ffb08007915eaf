// The origin private file system in memory, as far as the range store uses it, for tests on Node.

export interface MemoryDirectory {
  readonly directory: FileSystemDirectoryHandle;
  /** The bytes of every file, by its path. */
  readonly files: Map<string, Uint8Array<ArrayBuffer>>;
  /** Bytes that may be kept in all; a write beyond them throws QuotaExceededError. */
  room: number;
}

export function memoryDirectory(): MemoryDirectory {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const folders = new Set(['']);
  const memory = { room: Number.POSITIVE_INFINITY };
  const missing = () => new DOMException('there is no such entry', 'NotFoundError');
  const used = () => [...files.values()].reduce((sum, { length }) => sum + length, 0);

  const fileHandle = (path: string) => ({
    kind: 'file',
    name: path.split('/').at(-1),
    getFile: async () => {
      const bytes = files.get(path);
      if (bytes === undefined) throw missing();
      return new Blob([bytes]);
    },
    createSyncAccessHandle: async () => ({
      truncate: (size: number) => files.set(path, files.get(path)!.slice(0, size)),
      write: (bytes: Uint8Array, { at }: { at: number }) => {
        const before = files.get(path)!;
        if (used() - before.length + at + bytes.length > memory.room) {
          throw new DOMException('no room', 'QuotaExceededError');
        }
        const after = new Uint8Array(Math.max(before.length, at + bytes.length));
        after.set(before);
        after.set(bytes, at);
        files.set(path, after);
        return bytes.length;
      },
      flush: () => {},
      close: () => {},
    }),
  });

  const directoryHandle = (path: string): object => {
    const below = (name: string) => (path === '' ? name : `${path}/${name}`);
    const entries = async function* () {
      const prefix = path === '' ? '' : `${path}/`;
      const direct = (full: string) =>
        full.startsWith(prefix) && full !== path && !full.slice(prefix.length).includes('/');
      for (const full of [...folders].filter((full) => full !== '' && direct(full))) {
        yield [full.slice(prefix.length), directoryHandle(full)];
      }
      for (const full of [...files.keys()].filter(direct))
        yield [full.slice(prefix.length), fileHandle(full)];
    };
    return {
      kind: 'directory',
      name: path.split('/').at(-1),
      entries,
      values: async function* () {
        for await (const [, handle] of entries()) yield handle;
      },
      getDirectoryHandle: async (name: string, options?: { create?: boolean }) => {
        if (!folders.has(below(name)) && !options?.create) throw missing();
        folders.add(below(name));
        return directoryHandle(below(name));
      },
      getFileHandle: async (name: string, options?: { create?: boolean }) => {
        if (!files.has(below(name))) {
          if (!options?.create) throw missing();
          files.set(below(name), new Uint8Array(0));
        }
        return fileHandle(below(name));
      },
      removeEntry: async (name: string) => {
        const full = below(name);
        if (!files.has(full) && !folders.has(full)) throw missing();
        for (const path of [...files.keys()])
          if (path === full || path.startsWith(`${full}/`)) files.delete(path);
        for (const path of [...folders])
          if (path === full || path.startsWith(`${full}/`)) folders.delete(path);
      },
    };
  };
  return {
    directory: directoryHandle('') as FileSystemDirectoryHandle,
    files,
    get room() {
      return memory.room;
    },
    set room(bytes) {
      memory.room = bytes;
    },
  };
}

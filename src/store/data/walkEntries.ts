import type { SourceFile } from '../../data/formats/files.ts';

// Drops of folders: the browser hands over entries, to be walked before their files are known.

/** More files than any data set of the page's has: a whole disk was dropped by mistake. ImageNet-100 has 131,689. */
export const MOST_FILES = 250_000;

/** What systems leave in folders, and no data set means. */
const LITTER = /(^|\/)(\.[^/]*|__MACOSX|Thumbs\.db|desktop\.ini)(\/|$)/i;

/** The file is meant: no hidden file, nor anything in a hidden folder. */
export function isMeant(path: string): boolean {
  return !LITTER.test(path);
}

/** Files that are asked for at once: the browser answers each from another process. */
const AT_ONCE = 100;

export interface Walked {
  /** In the order of their paths. */
  readonly files: readonly SourceFile[];
  /** Of the folder, where one alone was dropped: paths are then below it. */
  readonly name: string | null;
}

/**
 * All files of dropped files and folders.
 * @param onFound how many there are so far
 * @param most files that are taken
 * @throws Error in words when there are more, or when a folder cannot be read; the signal's reason when aborted
 */
export async function walkEntries(
  entries: readonly FileSystemEntry[],
  signal: AbortSignal,
  onFound: (found: number) => void,
  most = MOST_FILES,
): Promise<Walked> {
  const [only] = entries;
  const folder = entries.length === 1 && only && isFolder(only) ? only : null;
  const found: SourceFile[] = [];
  const asked: Promise<SourceFile>[] = [];
  // Entries still to be looked at, the next one last, with the path of the folder that they lie in.
  const left: { readonly entry: FileSystemEntry; readonly below: string }[] = [];
  const add = (inside: readonly FileSystemEntry[], below: string) => {
    for (const entry of inside.toReversed()) if (isMeant(entry.name)) left.push({ entry, below });
  };
  add(folder === null ? entries : await listed(folder, signal), '');
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    signal.throwIfAborted();
    const { entry, below } = next;
    if (isFolder(entry)) add(await listed(entry, signal), `${below}${entry.name}/`);
    else {
      if (asked.length + found.length === most) throw tooMany(most);
      const answer = fileOf(entry as FileSystemFileEntry, `${below}${entry.name}`);
      // Where the walk ends before it is waited for, its failure is nobody's.
      answer.catch(() => {});
      asked.push(answer);
    }
    if (asked.length === AT_ONCE || left.length === 0) {
      found.push(...(await Promise.all(asked.splice(0))));
      onFound(found.length);
    }
  }
  return { files: inOrder(found), name: folder?.name ?? null };
}

/** The same of files that a folder's picker handed over, which knows their paths. @throws Error when there are too many */
export function walkPicked(files: readonly File[], most = MOST_FILES): Walked {
  if (files.length > most) throw tooMany(most);
  const [first] = files;
  const name = first?.webkitRelativePath.split('/', 1)[0] ?? '';
  const found = files.map((file) => ({ path: file.webkitRelativePath.slice(name.length + 1), file }));
  return { files: inOrder(found.filter(({ path }) => isMeant(path))), name: name === '' ? null : name };
}

function inOrder(files: readonly SourceFile[]): SourceFile[] {
  const { compare } = new Intl.Collator('en', { numeric: true });
  return files.toSorted((a, b) => compare(a.path, b.path));
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

/** A folder's entries. Browsers give them a hundred at a time, and an empty list at the end. */
async function listed(folder: FileSystemDirectoryEntry, signal: AbortSignal): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const entries: FileSystemEntry[] = [];
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, (fault) => reject(unreadable('folder', folder.name, fault)));
    });
    signal.throwIfAborted();
    if (batch.length === 0) return entries;
    entries.push(...batch);
  }
}

function fileOf(entry: FileSystemFileEntry, path: string): Promise<SourceFile> {
  return new Promise((resolve, reject) => {
    entry.file(
      (file) => resolve({ path, file }),
      (fault) => reject(unreadable('file', path, fault)),
    );
  });
}

function unreadable(what: 'folder' | 'file', name: string, { message }: Error): Error {
  return new Error(
    `The ${what} “${name}” could not be read: the browser says “${message}”. Check that it is still there and may be read, then drop it again.`,
  );
}

function tooMany(most: number): Error {
  return new Error(
    `There are more files than a data set may have: expected at most ${most.toLocaleString('en')}, and the walk went on. Choose a folder further down.`,
  );
}

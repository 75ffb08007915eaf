import type { SourceFile } from '../../data/formats/files.ts';
import { checkDepth } from '../../data/pictures/layout/folderDepth.ts';

// Folders that are dropped on the page: the browser gives entries, which must be walked to find the files.

/**
 * No data set of the page has so many files (ImageNet-100 has 131,689). More mean that a disk was dropped by
 * mistake.
 */
const MOST_FILES = 250_000;

/** Files that operating systems leave in folders. They belong to no data set. */
const LITTER = /(^|\/)(\.[^/]*|__MACOSX|Thumbs\.db|desktop\.ini)(\/|$)/i;

/** Whether the file belongs to the data: it is neither hidden nor in a hidden folder. */
function isMeant(path: string): boolean {
  return !LITTER.test(path);
}

/**
 * Number of files that are requested at once, because the browser answers each request from another process.
 */
const AT_ONCE = 100;

export interface Walked {
  /** The files in the order of their paths. */
  readonly files: readonly SourceFile[];
  /** Name of the folder if exactly one was dropped. The paths then start below it. */
  readonly name: string | null;
}

/**
 * All files in what was dropped. One that cannot be read is among them, with its fault.
 * @param onFound gets the number of files found so far
 * @param most largest number of files that is accepted
 * @throws Error in words when there are more, when folders lie too deep in each other, or when one cannot be
 * read; the signal's reason when aborted
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
  // Entries that are not yet visited, the next one last. Each has the path of its folder.
  const left: { readonly entry: FileSystemEntry; readonly below: string }[] = [];
  const add = (inside: readonly FileSystemEntry[], below: string) => {
    for (const entry of inside.toReversed()) if (isMeant(entry.name)) left.push({ entry, below });
  };
  add(folder === null ? entries : await listed(folder, signal), '');
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    signal.throwIfAborted();
    const { entry, below } = next;
    if (isFolder(entry)) {
      const path = `${below}${entry.name}/`;
      checkDepth(path, path.split('/').length - 1);
      add(await listed(entry, signal), path);
    } else {
      if (asked.length + found.length === most) throw tooMany(most);
      const answer = fileOf(entry as FileSystemFileEntry, `${below}${entry.name}`);
      asked.push(answer);
    }
    if (asked.length === AT_ONCE || left.length === 0) {
      found.push(...(await Promise.all(asked.splice(0))));
      onFound(found.length);
    }
  }
  return { files: inOrder(found), name: folder?.name ?? null };
}

/** The files that a folder picker found, with their paths. @throws Error when there are too many */
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

/** A folder's entries. Browsers give them a hundred at a time, and then an empty list. */
async function listed(folder: FileSystemDirectoryEntry, signal: AbortSignal): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const entries: FileSystemEntry[] = [];
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, (fault) => reject(unreadable(folder.name, fault)));
    });
    signal.throwIfAborted();
    if (batch.length === 0) return entries;
    entries.push(...batch);
  }
}

/**
 * A file, or the fault that hinders the browser from giving it: a link that leads nowhere, or no permission.
 */
function fileOf(entry: FileSystemFileEntry, path: string): Promise<SourceFile> {
  return new Promise((resolve) => {
    entry.file(
      (file) => resolve({ path, file }),
      ({ message }) => {
        const fault = `${path} cannot be read: expected a file, got “${message}” from the browser. Check that it is there and may be read, or take it out.`;
        resolve({ path, file: new File([], entry.name), fault });
      },
    );
  });
}

function unreadable(name: string, { message }: Error): Error {
  return new Error(
    `The folder “${name}” could not be read: the browser says “${message}”. Check that it is still there and may be read, then drop it again.`,
  );
}

function tooMany(most: number): Error {
  return new Error(
    `There are more files than a data set may have: expected at most ${most.toLocaleString('en')}, and the walk went on. Choose a folder further down.`,
  );
}

/**
 * A folder that gives its entries as browsers do, a hundred at a time. A tree is a folder, and null is a
 * file.
 */
export interface Tree {
  readonly [name: string]: Tree | null;
}

export function entry(name: string, tree: Tree | null): FileSystemEntry {
  const base = { name, fullPath: `/${name}`, isFile: tree === null, isDirectory: tree !== null };
  if (tree === null) {
    const file = (done: (file: File) => void) => done(new File([name], name));
    return { ...base, file } as Partial<FileSystemFileEntry> as FileSystemEntry;
  }
  const createReader = () => {
    const children = Object.entries(tree).map(([child, below]) => entry(child, below));
    return { readEntries: (done: (batch: FileSystemEntry[]) => void) => done(children.splice(0, 100)) };
  };
  return { ...base, createReader } as Partial<FileSystemDirectoryEntry> as FileSystemEntry;
}

export const many = (count: number): Tree =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${i}.png`, null]));

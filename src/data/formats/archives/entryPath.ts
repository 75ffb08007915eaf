import { DataError } from '../../images/dataset.ts';
import { checkDepth } from '../../pictures/layout/folderDepth.ts';

/**
 * The path of an archive's entry as every road writes it: “/” between folders, no “.” among them, in
 * Unicode's NFC. Windows writes “\”, tar writes “./”, and macOS takes letters with accents apart.
 * @throws DataError if it leads out of the archive, or lies in too many folders
 */
export function entryPath(archive: string, given: string): string {
  const path = given.replaceAll('\\', '/').normalize('NFC');
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  const leads = /^([a-z]:|\/)/i.test(path) || path.includes('\0') || parts.includes('..');
  if (parts.length > 0 && !leads) {
    checkDepth(archive, parts.length - 1);
    return parts.join('/');
  }
  throw new DataError(
    `${archive} is not read: expected paths inside the archive, got an entry “${given.replaceAll('\0', '␀').slice(0, 200)}”, which leads elsewhere. ` +
      'Pack the pictures again, from a source that you trust.',
  );
}

/** Files with their paths in NFC. Two that differ in nothing else keep theirs. */
export function inNfc<T extends { readonly path: string }>(files: readonly T[]): readonly T[] {
  const taken = new Set(files.map(({ path }) => path));
  return files.map((file) => {
    const path = file.path.normalize('NFC');
    if (path === file.path || taken.has(path)) return file;
    taken.add(path);
    return { ...file, path };
  });
}

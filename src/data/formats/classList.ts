import { DataError } from '../images/dataset.ts';
import { listed } from './listed.ts';
import { baseName } from './reading.ts';

/**
 * The file in which Tiny-ImageNet gives the classes of its validation pictures, which all lie in one folder
 * (val/images).
 */
export const CLASS_LIST = 'val_annotations.txt';
/** The official list has 10,000 lines of some 35 bytes. */
export const MAX_LIST_BYTES = 2 ** 20;

/** A list of classes, which lies beside the folder of its pictures. */
export interface ClassList {
  readonly path: string;
  readonly text: string;
}

/** Whether a path's name is that of a list of classes. */
export function isClassList(path: string): boolean {
  return baseName(path) === CLASS_LIST;
}

/** @throws DataError if a list has more bytes than a list of 30,000 pictures */
export function checkListBytes(path: string, bytes: number): void {
  if (bytes <= MAX_LIST_BYTES) return;
  throw new DataError(
    `${path} is too large: expected at most ${MAX_LIST_BYTES} bytes, as a list of classes has, got ${bytes}. Take it out of the files.`,
  );
}

/**
 * Gives the paths as if every picture in a list's folder lay in the folder of its class, as training pictures
 * do. A line is a picture's name, a tab, its class, and more that is not read.
 * @throws DataError if a line is not like that, or a picture is listed twice or not at all
 */
export function inClassFolders(paths: readonly string[], lists: readonly ClassList[]): readonly string[] {
  return lists.reduce((known, list) => moved(known, list), paths);
}

function moved(paths: readonly string[], { path, text }: ClassList): readonly string[] {
  const folder = path.slice(0, -CLASS_LIST.length);
  const classes = classesOf(path, text);
  const missing: string[] = [];
  const found = paths.map((picture) => {
    if (!picture.startsWith(folder)) return picture;
    const name = baseName(picture);
    const label = classes.get(name);
    if (label === undefined) missing.push(picture);
    return `${folder}${label}/${name}`;
  });
  if (missing.length === 0) return found;
  throw new DataError(
    `${path}: expected the class of every picture beside it, got none for ${missing.length} (${listed(missing.slice(0, 3).map(baseName))}). ` +
      'Take the list out, or choose the archive as it was published.',
  );
}

function classesOf(path: string, text: string): ReadonlyMap<string, string> {
  const classes = new Map<string, string>();
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (line === '') continue;
    const [, name, label] = /^([^\t/\\]+)\t([\w-]+)(?:\t|$)/.exec(line) ?? [];
    if (name === undefined || label === undefined || classes.has(name)) {
      throw new DataError(
        `${path}, line ${at + 1}: expected a picture’s name and its class, each picture once, got “${line.slice(0, 60)}”. ` +
          'Take the list out, or choose the archive as it was published.',
      );
    }
    classes.set(name, label);
  }
  return classes;
}

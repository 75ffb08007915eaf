import { LayoutQuestion } from '../../pictures/layout/layoutQuestion.ts';
import type { LayoutChoice } from '../files.ts';
import { listed } from '../listed.ts';
import { baseName } from '../reading.ts';
import { saysNothing, wordsOf } from '../splitNames.ts';

// Several archives count as folders. Shards of one set are one folder.

/** Words that say that archives are parts of one set. */
const SHARD_WORDS = /^(shards?|parts?|chunks?|batch|batches|of)$/;

/** An archive's name without its ending. */
export function stemOfArchive(path: string): string {
  return baseName(path).replace(/\.(zip|tar|tgz|tar\.gz|gz)$/i, '');
}

/**
 * The folder that each archive counts as: the folders in which it lies, without those that all share, and its
 * name without ending. Archives of one path are one folder.
 */
export function archiveFolders(paths: readonly string[]): readonly string[] {
  const all = paths.map((path) => path.split('/').slice(0, -1));
  const [first = []] = all;
  const end = first.findIndex((part, at) => all.some((parts) => parts[at] !== part));
  const shared = end < 0 ? first.length : end;
  return paths.map((path, i) => [...all[i]!.slice(shared), stemOfArchive(path)].join('/'));
}

/**
 * What stands before the names of an archive's entries, so that those of archives of one path differ: empty
 * for the first of them.
 */
export function archiveMarks(paths: readonly string[]): readonly string[] {
  const seen = new Map<string, number>();
  return paths.map((path) => {
    const count = (seen.get(path) ?? 0) + 1;
    seen.set(path, count);
    return count === 1 ? '' : `(${count}) `;
  });
}

/** Says that archives of one name are read together; null if all names differ. */
export function sameNameNotice(name: string, paths: readonly string[]): string | null {
  const twice = [...new Set(paths.filter((path, i) => paths.indexOf(path) !== i))];
  if (twice.length === 0) return null;
  return `${name}: several archives are called ${listed(twice)}: they are read as parts of one set, not as classes or splits. If they are, give them other names.`;
}

/** One of several archives, with what decides whether it may be a shard. */
export interface ArchiveFolder {
  readonly folder: string;
  /** Whether its pictures lie in folders, which tell their classes. */
  readonly hasFolders: boolean;
  /** Number of its pictures. */
  readonly count: number;
}

/**
 * The folders of archives in which numbered shards are one. Archives whose names differ by numbers alone are
 * shards if their names say so, their numbers count from 0, or folders inside tell the classes. Else they may
 * be classes as well, as n01440764 and n01443537 are.
 * @throws LayoutQuestion if they may be shards or classes, and the user did not say that they are classes
 */
export function shardFolders(
  name: string,
  archives: readonly ArchiveFolder[],
  layout: LayoutChoice | null,
): readonly string[] {
  const groups = new Map<string, ArchiveFolder[]>();
  for (const one of archives) {
    const key = withoutNumbers(one.folder);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const doubtful = [...groups.values()].filter((group) => group.length > 1 && !areShards(group)).flat();
  const isDoubtful = new Set(doubtful);
  const folders = archives.map((one) => (isDoubtful.has(one) ? one.folder : withoutNumbers(one.folder)));
  if (doubtful.length === 0 || layout === 'classes') return folders;
  const names = listed(doubtful.map(({ folder }) => folder));
  throw new LayoutQuestion(
    name,
    [
      {
        layout: 'classes',
        train: archives.reduce((sum, { count }) => sum + count, 0),
        test: 0,
        classes: [...new Set(folders)].toSorted(),
        leftOut: 0,
      },
    ],
    `The names of the archives ${names} differ by numbers alone, so that they may be classes or shards. For shards, unpack them into one folder, or number them from 0.`,
  );
}

function withoutNumbers(folder: string): string {
  const parts = [...folder.split('/').slice(0, -1), wordsOf(baseName(folder)).join(' ')];
  return parts.filter((part) => part !== '').join('/');
}

function areShards(group: readonly ArchiveFolder[]): boolean {
  if (group.every(({ hasFolders }) => hasFolders)) return true;
  if (new Set(group.map(({ folder }) => folder)).size === 1) return true;
  const stems = group.map(({ folder }) => baseName(folder));
  if (stems.every((stem) => saysNothing(stem) || wordsOf(stem).some((word) => SHARD_WORDS.test(word))))
    return true;
  const numbers = stems.map((stem) => (stem.match(/\d+/g) ?? []).map(Number));
  const varying = numbers[0]!.flatMap((number, at) =>
    numbers.some((other) => other[at] !== number) ? [at] : [],
  );
  if (varying.length !== 1) return false;
  const counted = numbers.map((all) => all[varying[0]!]).toSorted((a = 0, b = 0) => a - b);
  return counted.every((number, i) => number === i);
}

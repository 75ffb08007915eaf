import { checkClassCount } from '../formats/classNames.ts';
import type { Role } from '../formats/files.ts';
import { baseName, listed } from '../formats/reading.ts';
import { DataError } from '../images/dataset.ts';

const PICTURE = /\.(jpe?g|png|webp)$/i;

/** Whether a path's name is that of a picture that can be read. */
export function isPicturePath(path: string): boolean {
  return PICTURE.test(path);
}

/** Whether a file was left behind by an operating system, so that the user did not choose it. */
export function isLitter(path: string): boolean {
  const parts = path.split('/');
  return (
    parts.some((part) => part.startsWith('.') || part === '__MACOSX') ||
    /^(thumbs\.db|desktop\.ini)$/i.test(parts.at(-1)!)
  );
}

/** The most pictures, more than any known data set has. Their paths alone take memory. */
const MAX_PICTURES = 2 ** 20;

/** @throws DataError if there are more files than any data set here has */
export function checkPictureCount(name: string, count: number): void {
  if (count <= MAX_PICTURES) return;
  throw new DataError(
    `${name} holds too many files: expected at most ${MAX_PICTURES}, got more. Choose a part of them.`,
  );
}

/** One picture of a part: its place in the list of all pictures, and its label. */
export interface PlacedPicture {
  readonly index: number;
  readonly label: number;
}

/** Pictures of one role in the order of their paths. */
export interface PicturePart {
  readonly pictures: readonly PlacedPicture[];
  /** Class names in order; empty if no folders tell classes. */
  readonly classes: readonly string[];
}

type Layout = { readonly [R in Role]?: PicturePart };

/**
 * Names of folders that tell the role of their pictures. A copy of ImageNet-100 has several: train.X1 …
 * train.X4 and val.X.
 */
const SPLITS: readonly { readonly role: Role; readonly pattern: RegExp }[] = [
  { role: 'train', pattern: /^train(ing)?(\.x\d*)?$/i },
  { role: 'test', pattern: /^val(id|idation)?(\.x\d*)?$/i },
  { role: 'test', pattern: /^test(ing)?(\.x\d*)?$/i },
];

/**
 * Gives each picture its role and class, by the folders in which it lies. Folders that all paths share do not
 * count. After them, the first folder is the class. Or it is a split (train beside val or test, and nothing
 * else beside them), and the next folder is the class. If there are a val and a test, the test set is the one
 * with classes; if both or neither have them, it is val.
 * @param role the role of all pictures, if the user said so
 * @param limits the most pictures of each role; taken from all classes in turn
 * @throws DataError if some have a class and others none, a path comes twice, or there are more classes than
 *   a byte tells apart
 */
export function layOut(
  name: string,
  paths: readonly string[],
  role: Role | null,
  limits: Readonly<Record<Role, number | null>>,
): Layout {
  checkPictureCount(name, paths.length);
  if (new Set(paths).size !== paths.length) {
    const twice = paths.find((path, i) => paths.indexOf(path) !== i);
    throw new DataError(`${name}: expected every path once, got ${twice} twice. Choose each folder once.`);
  }
  const folders = paths.map((path) => path.split('/').slice(0, -1));
  const shared = sharedLength(folders);
  const splits = folders.map((parts) => splitOf(parts[shared]));
  const isSplit =
    splits.every((split) => split !== null) &&
    splits.includes(SPLITS[0]!) &&
    splits.some((split) => split !== SPLITS[0]);
  const part = (indices: readonly number[], classAt: number, limit: number | null) =>
    partOf(name, paths, folders, indices, classAt, limit);
  const all = paths.map((_, index) => index);
  if (!isSplit) {
    const only = role ?? 'train';
    return { [only]: part(all, shared, limits[only]) };
  }
  const found: { [R in Role]?: PicturePart } = {};
  for (const split of SPLITS) {
    if (role !== null && split.role !== role) continue;
    const indices = all.filter((index) => splits[index] === split);
    const before = found[split.role];
    if (indices.length === 0 || (before !== undefined && before.classes.length > 0)) continue;
    const next = part(indices, shared + 1, limits[split.role]);
    if (before === undefined || next.classes.length > 0) found[split.role] = next;
  }
  return found;
}

function splitOf(folder: string | undefined): (typeof SPLITS)[number] | null {
  return SPLITS.find(({ pattern }) => folder !== undefined && pattern.test(folder)) ?? null;
}

/** How many first folders all paths share. */
function sharedLength(folders: readonly (readonly string[])[]): number {
  const first = folders[0] ?? [];
  let shared = first.length;
  for (const parts of folders) {
    let same = 0;
    while (same < shared && same < parts.length && parts[same] === first[same]) same++;
    shared = same;
  }
  return shared;
}

function partOf(
  name: string,
  paths: readonly string[],
  folders: readonly (readonly string[])[],
  indices: readonly number[],
  classAt: number,
  limit: number | null,
): PicturePart {
  const inOrder = indices.toSorted((a, b) => compare(paths[a]!, paths[b]!));
  const without = inOrder.filter((index) => folders[index]![classAt] === undefined);
  if (without.length === inOrder.length) {
    return {
      pictures: inOrder.slice(0, limit ?? undefined).map((index) => ({ index, label: 0 })),
      classes: [],
    };
  }
  if (without.length > 0) {
    const shown = listed(without.slice(0, 3).map((index) => baseName(paths[index]!)));
    throw new DataError(
      `${name}: expected every picture in the folder of its class, or none, got ${without.length} of ${inOrder.length} outside (${shown}). ` +
        'Put them into folders, or take them out.',
    );
  }
  const byClass = new Map<string, number[]>();
  for (const index of inOrder) {
    const folder = folders[index]![classAt]!;
    const members = byClass.get(folder);
    if (members === undefined) byClass.set(folder, [index]);
    else members.push(index);
  }
  const classes = [...byClass.keys()].sort(compare);
  checkClassCount(name, classes.length);
  const kept = limit === null ? null : new Set(inTurn([...byClass.values()], limit));
  const labelOf = new Map(classes.map((folder, label) => [folder, label]));
  const pictures = inOrder
    .filter((index) => kept === null || kept.has(index))
    .map((index) => ({ index, label: labelOf.get(folders[index]![classAt]!)! }));
  return { pictures, classes };
}

/** Takes the first of each list, then the second of each, until there are enough. */
function inTurn(lists: readonly (readonly number[])[], limit: number): number[] {
  const taken: number[] = [];
  const longest = lists.reduce((most, list) => Math.max(most, list.length), 0);
  for (let turn = 0; turn < longest; turn++) {
    for (const list of lists) {
      if (taken.length === limit) return taken;
      if (turn < list.length) taken.push(list[turn]!);
    }
  }
  return taken;
}

/** Compares by code units, which gives the same order on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

import { checkClassCount } from '../../formats/classNames.ts';
import type { LayoutChoice, Role } from '../../formats/files.ts';
import { listed } from '../../formats/listed.ts';
import { baseName } from '../../formats/reading.ts';
import type { Split } from '../../formats/splitNames.ts';
import { DataError } from '../../images/dataset.ts';
import { checkDepth } from './folderDepth.ts';
import { type FolderPlan, type InClass, planFolders, testSplitOf } from './folderPlan.ts';

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

/** What pictures are for. */
export interface Layout {
  readonly train?: PicturePart;
  readonly test?: PicturePart;
  /** Whole sentences on folders of which nothing is used. */
  readonly notices: readonly string[];
}

/** The number of pictures in all parts. */
export function countOf({ train, test }: Layout): number {
  return (train?.pictures.length ?? 0) + (test?.pictures.length ?? 0);
}

/**
 * Gives each picture its role and class, by the folders in which it lies. Folders that all paths share do not
 * count. After them, the first folder is the class. Or it is a split (a training folder beside one for
 * validation or testing), and the next folder is the class. If there are a val and a test, the test set
 * tests, and val is left out, unless it alone has classes.
 * @param role the role of all pictures, if the user said so
 * @param limits the most pictures of each role; taken from all classes in turn
 * @param layout whether the folders are classes or splits, if the user said so
 * @param sizes bytes of each picture's file; without them no folder is called a copy of another
 * @throws LayoutQuestion if more than one reading is possible
 * @throws DataError if some have a class and others none, a path comes twice, there are masks beside the
 *   pictures, or there are more classes than a byte tells apart
 */
export function layOut(
  name: string,
  paths: readonly string[],
  role: Role | null,
  limits: Readonly<Record<Role, number | null>>,
  layout: LayoutChoice | null = null,
  sizes: readonly number[] | null = null,
): Layout {
  checkPictureCount(name, paths.length);
  if (new Set(paths).size !== paths.length) {
    const twice = paths.find((path, i) => paths.indexOf(path) !== i);
    throw new DataError(`${name}: expected every path once, got ${twice} twice. Choose each folder once.`);
  }
  const parts = paths.map((path) => path.split('/').slice(0, -1));
  const deepest = parts.reduce((most, { length }) => Math.max(most, length), 0);
  checkDepth(name, deepest);
  const plan = planFolders(name, paths, parts, sizes, layout);
  const notices = plan.leftOut.map(
    ({ folder, count, why }) =>
      `${name}: ${count === 1 ? '1 picture' : `${count} pictures`} in “${folder}” ${count === 1 ? 'is' : 'are'} left out (${why}).`,
  );
  if (!plan.isSplit) {
    const only = role ?? 'train';
    return { [only]: partOf(name, paths, plan.parts.train ?? [], limits[only]), notices };
  }
  const read = (split: Split | null, limit: number | null) => {
    const pictures = split === null ? undefined : plan.parts[split];
    return pictures === undefined ? null : partOf(name, paths, pictures, limit);
  };
  const train = role === 'test' ? null : read('train', limits.train);
  if (role === 'train') return { ...(train && { train }), notices };
  const tests = testsAmong(name, plan.parts);
  const test = read(tests.split, limits.test);
  return { ...(train && { train }), ...(test && { test }), notices: [...notices, ...tests.notices] };
}

/** Which split tests; null if there is none. The notices say that another one is left out. */
export function testsAmong(
  name: string,
  parts: FolderPlan['parts'],
): { readonly split: 'val' | 'test' | null; readonly notices: readonly string[] } {
  const split = testSplitOf(parts);
  const unused = split === 'test' ? parts.val : parts.test;
  const notices = split !== null && unused !== undefined ? [unusedNotice(name, split, unused.length)] : [];
  return { split, notices };
}

/**
 * Says that of two sets to test on one is left out.
 * @param tests the split that tests
 * @param count images left out
 */
export function unusedNotice(name: string, tests: 'val' | 'test', count: number): string {
  const images = (use: string) => (count === 1 ? `1 image for ${use} is` : `${count} images for ${use} are`);
  return tests === 'test'
    ? `${name}: ${images('validation')} left out, because there is a test set.`
    : `${name}: ${images('testing')} left out for want of classes; validation tests.`;
}

function partOf(
  name: string,
  paths: readonly string[],
  given: readonly InClass[],
  limit: number | null,
): PicturePart {
  const inOrder = given.toSorted((a, b) => compare(paths[a.index]!, paths[b.index]!));
  const without = inOrder.filter(({ folder }) => folder === null);
  if (without.length === inOrder.length) {
    return {
      pictures: inOrder.slice(0, limit ?? undefined).map(({ index }) => ({ index, label: 0 })),
      classes: [],
    };
  }
  if (without.length > 0) {
    const shown = listed(without.slice(0, 3).map(({ index }) => baseName(paths[index]!)));
    throw new DataError(
      `${name}: expected every picture in the folder of its class, or none, got ${without.length} of ${inOrder.length} outside (${shown}). ` +
        'Put them into folders, or take them out.',
    );
  }
  const classes = new Set(inOrder.flatMap(({ folder }) => folder ?? []));
  return partOfClasses(name, inOrder, [...classes].sort(compare), limit);
}

/**
 * The part of pictures that all have a class.
 * @param classes all classes in the order of their labels
 * @param limit the most pictures; taken from all classes in turn
 * @throws DataError if there are more classes than a byte tells apart
 */
export function partOfClasses(
  name: string,
  given: readonly InClass[],
  classes: readonly string[],
  limit: number | null,
): PicturePart {
  checkClassCount(name, classes.length);
  const byClass = new Map<string, number[]>();
  for (const { index, folder } of given) {
    if (folder === null) continue;
    const members = byClass.get(folder);
    if (members === undefined) byClass.set(folder, [index]);
    else members.push(index);
  }
  const kept = limit === null ? null : new Set(inTurn([...byClass.values()], limit));
  const labelOf = new Map(classes.map((folder, label) => [folder, label]));
  const pictures = given
    .filter(({ index }) => kept === null || kept.has(index))
    .map(({ index, folder }) => ({ index, label: labelOf.get(folder ?? '')! }));
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

import type { LayoutChoice } from '../../formats/files.ts';
import { listed } from '../../formats/listed.ts';
import { type Split, splitNameOf, wordsOf } from '../../formats/splitNames.ts';
import { DataError } from '../../images/dataset.ts';
import { doubtOfClasses } from './folderDoubts.ts';
import {
  countIn,
  type Folder,
  groupIn,
  groupsBelow,
  opened,
  picturesIn,
  type SplitGroup,
  treeOf,
  unwrapped,
} from './folderTree.ts';
import { LayoutQuestion, type LayoutReading } from './layoutQuestion.ts';
import { doubtOfMasks, masksIn } from './masks.ts';

/** A picture's index, and the folder that is its class; null if none is. */
export interface InClass {
  readonly index: number;
  readonly folder: string | null;
}

/** What each folder is for. */
export interface FolderPlan {
  /** Pictures of each split. All are in `train` if the folders are no splits. */
  readonly parts: { readonly [S in Split]?: readonly InClass[] };
  readonly isSplit: boolean;
  /** Folders of which nothing is used, with their numbers of pictures. */
  readonly leftOut: readonly { readonly folder: string; readonly count: number; readonly why: string }[];
}

/** Words of folders whose pictures belong to no split. */
const UNUSED_WORDS = /^(pred|predict|predictions?|unlabell?ed|samples?|submissions?)$/;

/**
 * Tells splits and classes by the names of folders.
 * @param paths one for each picture
 * @param parts the folders of each path
 * @param sizes bytes of each picture's file, by which copies are told; null: nothing is called a copy
 * @param layout how the user wants them read; null: only one reading may be possible
 * @throws LayoutQuestion if more than one reading is possible; DataError if none is
 */
export function planFolders(
  name: string,
  paths: readonly string[],
  parts: readonly (readonly string[])[],
  sizes: readonly number[] | null,
  layout: LayoutChoice | null,
): FolderPlan {
  const top = unwrapped(treeOf(parts));
  const pair = layout === null ? masksIn(top) : null;
  if (pair !== null) {
    throw new DataError(
      `${name}: expected pictures in folders of classes, got pictures with masks, in “${pair.pictures.name}” and “${pair.masks.name}”. ` +
        'Masks are no pictures to train on: choose folders without them.',
    );
  }
  const below = (index: number, root: Folder) =>
    `${sizes?.[index]} ${parts[index]!.slice(root.depth).join('/')}/${paths[index]!.split('/').at(-1)}`.normalize(
      'NFC',
    );
  const copies: Copies = {
    known: (pictures, root) => new Set(pictures.map((index) => below(index, root))),
    areCopies: (pictures, root, known) =>
      sizes !== null &&
      sizesDiffer(pictures.map((index) => sizes[index]!)) &&
      pictures.every((index) => known.has(below(index, root))),
  };
  const classes = classesIn(top, copies);
  if (layout === 'classes') return classes;
  const clear = (plan: FolderPlan, layout: LayoutChoice, classFolders: readonly Folder[]): FolderPlan => {
    const doubt = doubtOfMasks(paths) ?? doubtOfClasses(classFolders);
    if (doubt !== null) throw new LayoutQuestion(name, [readingOf(plan, layout)], doubt);
    return plan;
  };
  const clearClasses = () => {
    const unused = new Set(classes.leftOut.map(({ folder }) => folder));
    return clear(
      classes,
      'classes',
      [...top.folders.values()].filter((folder) => !unused.has(folder.name)),
    );
  };
  const perClass = splitsInClasses(top);
  if (perClass !== null) {
    const { plan, doubt } = perClass;
    if (layout === 'splits') return plan;
    if (doubt === '') return clear(plan, 'splits', []);
    throw new LayoutQuestion(name, [readingOf(plan, 'splits'), readingOf(classes, 'classes')], doubt);
  }
  const groups = groupsBelow(top).toSorted((a, b) => countIn(b.root) - countIn(a.root));
  const [group] = groups;
  if (group === undefined) {
    const lone = loneSplit(top);
    if (lone !== null && layout === 'splits') return lone;
    if (layout === 'splits') {
      throw new DataError(
        `${name}: expected a folder for training beside one for testing, as train and test, got ${listed([...top.folders.keys()])}. ` +
          'Choose the folder to train on and the one to test on each by itself.',
      );
    }
    if (lone !== null) {
      const doubt = 'There is a folder that is called a split, with folders inside, and something beside it.';
      throw new LayoutQuestion(name, [readingOf(lone, 'splits'), readingOf(classes, 'classes')], doubt);
    }
    const names = [...top.folders.keys()];
    if (names.length > 1 && names.every((folder) => splitNameOf(folder) !== null)) {
      const doubt = `${listed(names)} are called as splits, but there is none for training beside one for testing.`;
      throw new LayoutQuestion(name, [readingOf(classes, 'classes')], doubt);
    }
    if (!areVariants(top)) return clearClasses();
    const inside = `Each of ${listed([...top.folders.keys()])} holds the same folders. To use one of them, choose it alone.`;
    throw new LayoutQuestion(name, [readingOf(classes, 'classes')], inside);
  }
  const { plan, odd } = planOfGroup(top, group, copies);
  if (layout === 'splits') return plan;
  const labelled = plan.parts.train!.some(({ folder }) => folder !== null);
  // A class is neither called train_2 nor does it keep its pictures in train/images.
  const isClear = labelled || group.members.some(({ bare, folder }) => !bare || folder.folders.size > 0);
  if (odd.length === 0 && isClear && group.doubt === '') {
    const training = group.members.filter(({ split }) => split === 'train');
    return clear(
      plan,
      'splits',
      training.flatMap(({ folder }) => [...opened(folder).folders.values()]),
    );
  }
  const allFlat = [...top.folders.values()].every((folder) => folder.folders.size === 0);
  if (group.root === top && allFlat && odd.length > group.members.length) return clearClasses();
  const besides = odd.length === 0 ? [] : [`Beside the splits lies ${listed(odd)}.`];
  const doubt = [...besides, group.doubt].filter((sentence) => sentence !== '').join(' ');
  throw new LayoutQuestion(name, [readingOf(plan, 'splits'), readingOf(classes, 'classes')], doubt);
}

/**
 * The split that tests: the test set, or the validation set if it alone has classes, or if there is no other.
 * null if there is neither.
 */
export function testSplitOf({ val, test }: FolderPlan['parts']): 'val' | 'test' | null {
  const isLabelled = (part: readonly InClass[]) => part.some(({ folder }) => folder !== null);
  if (test === undefined) return val === undefined ? null : 'val';
  return val !== undefined && isLabelled(val) && !isLabelled(test) ? 'val' : 'test';
}

function readingOf({ parts, leftOut }: FolderPlan, layout: LayoutChoice): LayoutReading {
  const train = parts.train ?? [];
  const tests = testSplitOf(parts);
  const test = tests === null ? [] : parts[tests]!;
  const names = [...new Set(train.flatMap(({ folder }) => folder ?? []))];
  return {
    layout,
    train: train.length,
    test: test.length,
    classes: names.toSorted(),
    leftOut: leftOut.reduce((sum, { count }) => sum + count, 0),
  };
}

/** Tells copies of pictures by their paths below a folder and the sizes of their files. */
interface Copies {
  known(pictures: readonly number[], root: Folder): ReadonlySet<string>;
  /** Whether each picture has the path, below its own folder, and the size of one of the known ones. */
  areCopies(pictures: readonly number[], root: Folder, known: ReadonlySet<string>): boolean;
}

/**
 * Whether sizes tell pictures apart. Where most files have one size, as without compression, that two are
 * equal says nothing.
 */
function sizesDiffer(sizes: readonly number[]): boolean {
  const counts = new Map<number, number>();
  for (const size of sizes) counts.set(size, (counts.get(size) ?? 0) + 1);
  return [...counts.values()].every((count) => 2 * count <= sizes.length);
}

/** Every folder is a class, except a second copy of them all. */
function classesIn(top: Folder, { known, areCopies }: Copies): FolderPlan {
  const inner = [...top.folders.values()];
  const all = known(picturesIn(top), top);
  const copies = inner.filter((folder) => {
    const root = unwrapped(folder);
    return (
      root.folders.size > 0 &&
      root.own.length === 0 &&
      [...root.folders.keys()].every((name) => name !== folder.name && top.folders.has(name)) &&
      areCopies(picturesIn(root), root, all)
    );
  });
  return {
    parts: {
      train: [
        ...top.own.map((index) => ({ index, folder: null })),
        ...inner
          .filter((folder) => !copies.includes(folder))
          .flatMap((folder) => inClass(folder, folder.name)),
      ],
    },
    isSplit: false,
    leftOut: copies.map((folder) => ({ folder: folder.name, count: countIn(folder), why: 'a copy' })),
  };
}

function inClass(folder: Folder, name: string | null): InClass[] {
  return picturesIn(folder).map((index) => ({ index, folder: name }));
}

/** The pictures of a split with the folders that are their classes. */
function classesOf(split: Folder): InClass[] {
  const inside = opened(split);
  return [
    ...inside.own.map((index) => ({ index, folder: null })),
    ...[...inside.folders.values()].flatMap((folder) => inClass(folder, folder.name)),
  ];
}

/**
 * Whether several folders hold folders of the same names, as photographs and drawings of the same classes do.
 */
function areVariants(top: Folder): boolean {
  const inner = [...top.folders.values()].map(unwrapped);
  const names = inner.map(({ folders }) => [...folders.keys()].toSorted().join('/'));
  return inner.length > 1 && inner.every(({ folders }) => folders.size > 1) && new Set(names).size === 1;
}

/**
 * A split with folders inside that has no other split beside it, but something else. What is beside it is
 * left out, and a part is held out to test on. null if there is none, or all folders hold the same ones.
 */
function loneSplit(top: Folder): FolderPlan | null {
  const inner = [...top.folders.values()];
  const named = inner.filter(
    (folder) => splitNameOf(folder.name) !== null && opened(folder).folders.size > 1,
  );
  if (named.length === 0 || named.length === inner.length || areVariants(top)) return null;
  const forTraining = named.filter(({ name }) => splitNameOf(name)!.split === 'train');
  const used = forTraining.length > 0 ? forTraining : named;
  return {
    parts: { train: used.flatMap(classesOf) },
    isSplit: false,
    leftOut: inner
      .filter((folder) => !used.includes(folder))
      .map((folder) => ({ folder: folder.name, count: countIn(folder), why: 'no split' })),
  };
}

/** Splits inside classes, and what may be read otherwise. */
interface SplitsInClasses {
  readonly plan: FolderPlan;
  /** A sentence; empty if there is no doubt. */
  readonly doubt: string;
}

/**
 * Splits inside each class (cat/train, cat/test). A class may have pictures for training only. Folders of
 * other kinds beside them are left out. null if fewer than two classes have splits, or there are folders
 * inside them.
 */
function splitsInClasses(top: Folder): SplitsInClasses | null {
  if (top.own.length > 0) return null;
  const parts: { [S in Split]?: InClass[] } = {};
  const leftOut: { folder: string; count: number; why: string }[] = [];
  const odd: string[] = [];
  const doubts: string[] = [];
  let split = 0;
  for (const folder of top.folders.values()) {
    const group = groupIn(folder);
    const members = group?.members ?? trainingOnly(folder);
    const isSplit =
      members !== null &&
      folder.own.length === 0 &&
      (group === null || group.others.length === 0) &&
      members.every((member) => opened(member.folder).folders.size === 0);
    if (!isSplit) {
      odd.push(folder.name);
      leftOut.push({ folder: folder.name, count: countIn(folder), why: 'no split' });
      continue;
    }
    for (const member of members) {
      parts[member.split] = [...(parts[member.split] ?? []), ...inClass(member.folder, folder.name)];
    }
    if (group === null) continue;
    split++;
    if (group.doubt !== '') doubts.push(group.doubt);
    leftOut.push(...group.trainAndVal.map(joinedLeftOut));
  }
  if (split < 2) return null;
  const [first = odd.length === 0 ? '' : `Beside the classes that hold splits lies ${listed(odd)}.`] = doubts;
  return { plan: { parts, isSplit: true, leftOut }, doubt: first };
}

/** The folders of a class for training, if it holds nothing else; else null. */
function trainingOnly({ folders }: Folder) {
  const members = [...folders.values()].flatMap((folder) => {
    const split = splitNameOf(folder.name)?.split;
    return split === 'train' ? [{ folder, split }] : [];
  });
  return members.length === 0 || members.length < folders.size ? null : members;
}

/** Says that a folder for training and validation together is not used. */
function joinedLeftOut(folder: Folder): { folder: string; count: number; why: string } {
  const why = 'it holds validation too, and there is a folder for training alone';
  return { folder: folder.name, count: countIn(folder), why };
}

/** One group of splits, without its copies. `odd` names what else lies beside it. */
function planOfGroup(top: Folder, { root, members, trainAndVal, others }: SplitGroup, copies: Copies) {
  const rests = new Set(members.map(({ rest }) => rest));
  const parts: { [S in Split]?: InClass[] } = {};
  for (const { folder, split, rest } of members) {
    const inside = classesOf(folder);
    const pairs = rests.size > 1 && inside.every((picture) => picture.folder === null);
    const named = pairs
      ? inside.map(({ index }) => ({ index, folder: rest === '' ? folder.name : rest }))
      : inside;
    parts[split] = [...(parts[split] ?? []), ...named];
  }
  const used = copies.known(
    members.flatMap(({ folder }) => picturesIn(folder)),
    root,
  );
  const leftOut = trainAndVal.map(joinedLeftOut);
  const odd: string[] = [];
  for (const folder of [...others, ...besides(top, root)]) {
    const inside = groupsBelow(folder)[0]?.root ?? unwrapped(folder);
    const isCopy = copies.areCopies(picturesIn(folder), inside, used);
    const isFlat = opened(folder).folders.size === 0;
    const isUnused =
      isFlat && (wordsOf(folder.name).some((word) => UNUSED_WORDS.test(word)) || isTest(folder));
    if (!isCopy && !isUnused) odd.push(folder.name);
    leftOut.push({ folder: folder.name, count: countIn(folder), why: isCopy ? 'a copy' : 'no split' });
  }
  for (const { own, name } of above(top, root)) {
    if (own.length === 0) continue;
    odd.push(own.length === 1 ? 'a picture' : `${own.length} pictures`);
    leftOut.push({ folder: name, count: own.length, why: 'outside the splits' });
  }
  return { plan: { parts, isSplit: true, leftOut } satisfies FolderPlan, odd };
}

function isTest({ name }: Folder): boolean {
  return wordsOf(name).includes('test');
}

/** The folders on the way from one folder down to another, both included. */
function above(top: Folder, root: Folder): Folder[] {
  if (top === root) return [top];
  for (const folder of top.folders.values()) {
    const way = above(folder, root);
    if (way.length > 0) return [top, ...way];
  }
  return [];
}

/** The folders that lie beside the way from one folder down to another. */
function besides(top: Folder, root: Folder): Folder[] {
  const way = above(top, root);
  return way
    .slice(0, -1)
    .flatMap(({ folders }) => [...folders.values()].filter((folder) => !way.includes(folder)));
}

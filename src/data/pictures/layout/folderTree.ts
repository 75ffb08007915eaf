import { EITHER_WORDS, type SplitName, saysNothing, splitNameOf } from '../../formats/splitNames.ts';

/** A folder of pictures. Its name is in Unicode's NFC, so that one name in two encodings is one folder. */
export interface Folder {
  readonly name: string;
  /** Number of folders above it. */
  readonly depth: number;
  /** Indices of the pictures that lie in it directly. */
  readonly own: number[];
  readonly folders: Map<string, Folder>;
}

/** The tree of some folders. @param parts the folders of each picture, outermost first */
export function treeOf(parts: readonly (readonly string[])[]): Folder {
  const root = folderOf('', 0);
  for (const [index, names] of parts.entries()) {
    let folder = root;
    for (const given of names) {
      const name = given.normalize('NFC');
      let next = folder.folders.get(name);
      if (next === undefined) {
        next = folderOf(name, folder.depth + 1);
        folder.folders.set(name, next);
      }
      folder = next;
    }
    folder.own.push(index);
  }
  return root;
}

function folderOf(name: string, depth: number): Folder {
  return { name, depth, own: [], folders: new Map() };
}

/** Indices of all pictures below a folder. */
export function picturesIn(folder: Folder): readonly number[] {
  return [folder.own, ...Array.from(folder.folders.values(), picturesIn)].flat();
}

/** Number of pictures below a folder. */
export function countIn(folder: Folder): number {
  let count = folder.own.length;
  for (const inner of folder.folders.values()) count += countIn(inner);
  return count;
}

/** The first folder that holds more than one other folder alone. */
export function unwrapped(folder: Folder): Folder {
  const only = onlyFolder(folder);
  return only === null ? folder : unwrapped(only);
}

/**
 * The folder whose folders are the classes of a part. A single folder inside counts for nothing if its name
 * says nothing, repeats the outer one (seg_train/seg_train), or if it holds several folders.
 */
export function opened(part: Folder): Folder {
  const only = onlyFolder(part);
  if (only === null) return part;
  const holdsClasses = only.own.length === 0 && only.folders.size > 1;
  const repeats = only.name.toLowerCase() === part.name.toLowerCase();
  return saysNothing(only.name) || repeats || holdsClasses ? opened(only) : part;
}

function onlyFolder(folder: Folder): Folder | null {
  const [only] = folder.folders.values();
  return only !== undefined && folder.folders.size === 1 && folder.own.length === 0 ? only : null;
}

/** One folder that is a split. */
export interface Member extends SplitName {
  readonly folder: Folder;
}

/** A folder for training beside one for testing or validation, and what lies beside them. */
export interface SplitGroup {
  readonly root: Folder;
  readonly members: readonly Member[];
  /** Folders that hold training and validation together, beside one for training alone. */
  readonly trainAndVal: readonly Folder[];
  /** A sentence if more than one folder may be that for training, or that for testing; else empty. */
  readonly doubt: string;
  readonly others: readonly Folder[];
}

/**
 * The splits in a folder. A training folder belongs to a test folder if all other words of their names are
 * the same. null if there are none.
 */
export function groupIn(root: Folder): SplitGroup | null {
  const named = [...root.folders.values()].flatMap((folder): Member[] => {
    const name = splitNameOf(folder.name);
    return name === null ? [] : [{ folder, ...name }];
  });
  const has = (rest: string, isTrain: boolean) =>
    named.some((member) => member.rest === rest && (member.split === 'train') === isTrain);
  const members = named.filter(({ rest }) => has(rest, true) && has(rest, false));
  if (members.length === 0) return null;
  const inside = new Set(members.map(({ folder }) => folder));
  const others = [...root.folders.values()].filter((folder) => !inside.has(folder));
  return { root, ...toldApart(members), others };
}

/** Tells apart what folders of like names are for. */
function toldApart(named: readonly Member[]): Pick<SplitGroup, 'members' | 'trainAndVal' | 'doubt'> {
  const isJoined = ({ word }: Member) => word === 'trainval';
  const isEither = ({ word }: Member) => EITHER_WORDS.has(word);
  const hasTraining = named.some((member) => member.split === 'train' && !isJoined(member));
  const testsEither =
    named.some((member) => member.split === 'val' && !isEither(member)) &&
    named.every(({ split }) => split !== 'test');
  const members = named
    .filter((member) => !hasTraining || !isJoined(member))
    .map((member): Member => (testsEither && isEither(member) ? { ...member, split: 'test' } : member));
  const tests = members.some(({ split }) => split === 'test') ? 'test' : 'val';
  const doubts = (['train', tests] as const).flatMap((split) => {
    const alike = members.filter((member) => member.split === split);
    if (new Set(alike.map(({ word }) => word)).size < 2) return [];
    const names = alike.map(({ folder }) => `“${folder.name}”`).join(' and ');
    const use = split === 'train' ? 'training' : 'test';
    return `Both ${names} may be the ${use} set. As splits they count together: to use one, take the other out.`;
  });
  return {
    members,
    trainAndVal: named.filter((member) => hasTraining && isJoined(member)).map(({ folder }) => folder),
    doubt: doubts.join(' '),
  };
}

/** All groups of splits below a folder, outermost first; none inside each other. */
export function groupsBelow(folder: Folder): readonly SplitGroup[] {
  const group = groupIn(folder);
  if (group !== null) return [group];
  return [...folder.folders.values()].flatMap(groupsBelow);
}

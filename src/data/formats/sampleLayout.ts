import { DataError } from '../images/dataset.ts';
import type { InClass } from '../pictures/layout/folderPlan.ts';
import {
  type Layout,
  layOut,
  type PicturePart,
  partOfClasses,
  testsAmong,
} from '../pictures/layout/pictureLayout.ts';
import { classesInOrder, isNamesFile } from './archives/webDataset.ts';
import { type ClassList, inClassFolders } from './classList.ts';
import { namesFromText } from './classNames.ts';
import type { Role } from './files.ts';
import {
  firstLabel,
  type Listed,
  type Lists,
  type ListText,
  leaveOutLists,
  tellLabels,
  UNLISTED,
  useLists,
} from './labelLists.ts';
import type { Reason } from './ledger.ts';
import { baseName, type Reading } from './reading.ts';
import { type Split, splitFor } from './splitNames.ts';

/** Why a picture is left out that has no label while others have one. */
const UNLABELLED: Reason = {
  label: 'without a label',
  advice: 'add the .cls of each, or take them out',
  group: 'picture',
};

/** A picture of a folder or an archive. */
interface Placed {
  readonly path: string;
  /** Bytes of its file, unpacked. */
  readonly unpacked: number;
}

/** What tells the labels of pictures apart from their folders. */
export interface Told<P> {
  /** What a file beside a picture tells of it; undefined if none does. */
  readonly beside: (picture: P) => Listed | undefined;
  readonly lists: Lists;
  /** The texts of the lists: classnames.txt names the classes of numbers. */
  readonly texts: readonly ListText[];
  /** Lists that give pictures the folders of their classes. */
  readonly classLists: readonly ClassList[];
}

/**
 * Gives pictures their roles and classes: by the files beside them, else by their folders, else by lists.
 * Leaves out pictures without a label where others have one, and lists that tell none.
 * @returns the pictures that are left, and their layout
 * @throws DataError if they cannot be laid out; LeftOutQuestion if too few are left
 */
export function layOutPictures<P extends Placed>(
  all: readonly P[],
  { beside, lists, texts, classLists }: Told<P>,
  reading: Reading,
): { readonly pictures: readonly P[]; readonly layout: Layout } {
  const { name, role, limits, ledger } = reading;
  const folders = triedLayout(() => {
    const paths = all.map(({ path }) => path);
    const sizes = all.map(({ unpacked }) => unpacked);
    return layOut(name, inClassFolders(paths, classLists), role, limits, reading.layout, sizes);
  });
  const areBeside = all.some((picture) => beside(picture) !== undefined);
  const areListed = !areBeside && !folders.hasClasses && tellLabels(lists, all.length);
  const told = areListed ? ({ path }: P) => lists.labels.get(path) : beside;
  const samples: Listed[] = [];
  const pictures = all.filter((picture) => {
    if (!areBeside && !areListed) return true;
    const sample = told(picture);
    if (sample === undefined) ledger.leaveOut(picture.path, areListed ? UNLISTED : UNLABELLED);
    else samples.push(sample);
    return sample !== undefined;
  });
  if (areListed) useLists(lists, name, ledger);
  else leaveOutLists(lists, all.length, areBeside, folders.hasClasses, ledger);
  ledger.check(pictures.map(({ path }) => path));
  const layout = areBeside || areListed ? layOutSamples(samples, texts, reading) : folders.get();
  return { pictures, layout };
}

/** A layout by folders that was tried. */
interface TriedLayout {
  readonly hasClasses: boolean;
  /** @throws the error that came of it */
  readonly get: () => Layout;
}

/** Tries a layout by folders: lists may tell labels where it has none, or more than one is possible. */
function triedLayout(layOut: () => Layout): TriedLayout {
  try {
    const layout = layOut();
    const { train, test } = layout;
    return {
      hasClasses: [train, test].some((part) => (part?.classes.length ?? 0) > 0),
      get: () => layout,
    };
  } catch (fault) {
    if (!(fault instanceof DataError)) throw fault;
    return {
      hasClasses: false,
      get: () => {
        throw fault;
      },
    };
  }
}

/** The most characters of a text that names classes. */
const MAX_NAMES_LENGTH = 2 ** 20;

/**
 * Gives each sample its role and class. Without a role, its place says whether it is for training, validation
 * or testing, as with tables. With both a validation and a test, the test set tests, and validation is left
 * out.
 * @param texts texts beside the samples: classnames.txt names the classes of numbers
 * @throws DataError if there are more classes than a byte tells apart
 */
function layOutSamples(
  samples: readonly Listed[],
  texts: readonly ListText[],
  { name, role, limits }: Reading,
): Layout {
  const order = classesInOrder(samples.map(({ label }) => label));
  const names = classNames(order, texts);
  const splits: { [S in Split]?: InClass[] } = {};
  for (const [index, { label, place }] of samples.entries()) {
    const split = splitFor(place, role);
    splits[split] = splits[split] ?? [];
    splits[split].push({ index, folder: label });
  }
  const tests = testsAmong(name, splits);
  const parts: { [R in Role]?: PicturePart } = {};
  for (const [one, split] of [
    ['train', 'train'],
    ['test', tests.split],
  ] as const) {
    const given = split === null ? undefined : splits[split];
    if (given === undefined) continue;
    const used = new Set(given.map(({ folder }) => folder));
    const part = partOfClasses(
      name,
      given,
      order.filter((label) => used.has(label)),
      limits[one],
    );
    parts[one] = { ...part, classes: part.classes.map((label) => names.get(label) ?? label) };
  }
  return { ...parts, notices: tests.notices };
}

/** Names of classes that are numbers, line by line, if a text beside the samples has them. */
function classNames(labels: readonly string[], texts: readonly ListText[]): ReadonlyMap<string, string> {
  const all = texts.filter(({ path }) => isNamesFile(path));
  // classnames.txt says it by its whole name.
  const source = all.find(({ path }) => /class_?names/i.test(path)) ?? all[0];
  const areNumbers = labels.every((label) => /^\d{1,9}$/.test(label));
  if (source === undefined || !areNumbers || source.text.length > MAX_NAMES_LENGTH) return new Map();
  const { text } = source;
  const lines = text.split('\n').flatMap((line) => (line.trim() === '' ? [] : line.trim()));
  // labels.txt may as well hold a label for each picture.
  const areNames = new Set(lines).size === lines.length;
  const first = areNames ? firstLabel(labels.map(Number), lines.length) : null;
  if (first === null && !/^class_?names/i.test(baseName(source.path))) return new Map();
  const names = namesFromText(source.path, text);
  const nameOf = (label: string) => names[Number(label) - (first ?? 0)];
  return new Map(labels.flatMap((label) => (nameOf(label) ? [[label, nameOf(label)!]] : [])));
}

import { DataError } from '../images/dataset.ts';
import type { InClass } from '../pictures/layout/folderPlan.ts';
import {
  type Layout,
  type PicturePart,
  partOfClasses,
  testsAmong,
} from '../pictures/layout/pictureLayout.ts';
import { classesInOrder, isNamesFile } from './archives/webDataset.ts';
import { namesFromText } from './classNames.ts';
import type { Role, SourceFile } from './files.ts';
import { firstLabel } from './labelLists.ts';
import type { Reason } from './ledger.ts';
import { baseName, type Reading, readRange } from './reading.ts';
import { type Split, splitFor } from './splitNames.ts';

/** Why a picture is left out that has no label while others have one. */
export const UNLABELLED: Reason = {
  label: 'without a label',
  advice: 'add the .cls of each, or take them out',
  group: 'picture',
};

/** A layout by folders that was tried. */
export interface TriedLayout {
  readonly hasClasses: boolean;
  /** @throws the error that came of it */
  readonly get: () => Layout;
}

/** Tries a layout by folders: lists may tell labels where it has none, or more than one is possible. */
export function triedLayout(layOut: () => Layout): TriedLayout {
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

/** A picture with the label that a file beside it or a list tells. */
export interface Sample {
  readonly label: string;
  /** The path whose words tell whether it is for testing: that of its shard or folder. */
  readonly place: string;
}

const MAX_NAMES_BYTES = 2 ** 20;

/**
 * Gives each sample its role and class. Without a role, its place says whether it is for training, validation
 * or testing, as with tables. With both a validation and a test, the test set tests, and validation is left
 * out.
 * @param texts texts beside the samples: classnames.txt names the classes of numbers
 * @throws DataError if there are more classes than a byte tells apart
 */
export async function layOutSamples(
  samples: readonly Sample[],
  texts: readonly SourceFile[],
  reading: Reading,
): Promise<Layout> {
  const { name, role, limits } = reading;
  const order = classesInOrder(samples.map(({ label }) => label));
  const names = await classNames(order, texts, reading);
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
async function classNames(
  labels: readonly string[],
  texts: readonly SourceFile[],
  { signal }: Reading,
): Promise<ReadonlyMap<string, string>> {
  const all = texts.filter(({ path }) => isNamesFile(path));
  // classnames.txt says it by its whole name.
  const source = all.find(({ path }) => /class_?names/i.test(path)) ?? all[0];
  const areNumbers = labels.every((label) => /^\d{1,9}$/.test(label));
  if (source === undefined || !areNumbers || source.file.size > MAX_NAMES_BYTES) return new Map();
  const bytes = await readRange(source, 0, source.file.size, { progress: { count() {} }, signal });
  const text = new TextDecoder().decode(bytes);
  const lines = text.split('\n').flatMap((line) => (line.trim() === '' ? [] : line.trim()));
  // labels.txt may as well hold a label for each picture.
  const areNames = new Set(lines).size === lines.length;
  const first = areNames ? firstLabel(labels.map(Number), lines.length) : null;
  if (first === null && !/^class_?names/i.test(baseName(source.path))) return new Map();
  const names = namesFromText(source.path, text);
  const nameOf = (label: string) => names[Number(label) - (first ?? 0)];
  return new Map(labels.flatMap((label) => (nameOf(label) ? [[label, nameOf(label)!]] : [])));
}

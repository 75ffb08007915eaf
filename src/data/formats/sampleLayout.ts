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
import type { Reason } from './ledger.ts';
import { type Reading, readRange } from './reading.ts';
import { type Split, splitFor } from './splitNames.ts';

/** Why a picture is left out that has no label while others have one. */
export const UNLABELLED: Reason = {
  label: 'without a label',
  advice: 'add the .cls of each, or take them out',
  group: 'picture',
};

/** A picture with the label that a file beside it tells. */
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
  const source = texts.find(({ path }) => isNamesFile(path));
  const areNumbers = labels.every((label) => /^\d{1,9}$/.test(label));
  if (source === undefined || !areNumbers || source.file.size > MAX_NAMES_BYTES) return new Map();
  const bytes = await readRange(source, 0, source.file.size, { progress: { count() {} }, signal });
  const names = namesFromText(source.path, new TextDecoder().decode(bytes));
  return new Map(labels.flatMap((label) => (names[Number(label)] ? [[label, names[Number(label)]!]] : [])));
}

import { type Layout, type PicturePart, partOfClasses } from '../pictures/layout/pictureLayout.ts';
import { classesInOrder } from './archives/webDataset.ts';
import { namesFromText } from './classNames.ts';
import type { Role, SourceFile } from './files.ts';
import type { Reason } from './ledger.ts';
import { baseName, type Reading, readRange } from './reading.ts';
import { splitOfFile } from './splitNames.ts';

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
 * Gives each sample its role and class. Without a role, it is a test if its place says test or validation, as
 * tables are.
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
  const parts: { [R in Role]?: PicturePart } = {};
  for (const one of ['train', 'test'] as const) {
    const given = samples.flatMap(({ label, place }, index) => {
      const own = role ?? ((splitOfFile(place) ?? 'train') === 'train' ? 'train' : 'test');
      return own === one ? [{ index, folder: label }] : [];
    });
    if (given.length === 0) continue;
    const used = new Set(given.map(({ folder }) => folder));
    const part = partOfClasses(
      name,
      given,
      order.filter((label) => used.has(label)),
      limits[one],
    );
    parts[one] = { ...part, classes: part.classes.map((label) => names.get(label) ?? label) };
  }
  return { ...parts, notices: [] };
}

/** Names of classes that are numbers, line by line, if a text beside the samples has them. */
async function classNames(
  labels: readonly string[],
  texts: readonly SourceFile[],
  { signal }: Reading,
): Promise<ReadonlyMap<string, string>> {
  const source = texts.find(({ path }) => /^class_?names\.txt$/i.test(baseName(path)));
  const areNumbers = labels.every((label) => /^\d{1,9}$/.test(label));
  if (source === undefined || !areNumbers || source.file.size > MAX_NAMES_BYTES) return new Map();
  const bytes = await readRange(source, 0, source.file.size, { progress: { count() {} }, signal });
  const names = namesFromText(source.path, new TextDecoder().decode(bytes));
  return new Map(labels.flatMap((label) => (names[Number(label)] ? [[label, names[Number(label)]!]] : [])));
}

import { DataError, type Dataset } from '../images/dataset.ts';
import {
  CIFAR100,
  type CifarFormat,
  decodeRecords,
  formatOf,
  formatsOfSize,
  type RecordFile,
} from './cifar.ts';
import { namesFromText } from './classNames.ts';
import type { Role, SourceFile } from './files.ts';
import { baseName, byName, type Reading, readWhole, resized, type Splits } from './reading.ts';
import { isTestFile } from './splitNames.ts';

/** The text that names the classes of CIFAR-100, in its official folder. */
export const FINE_NAMES = 'fine_label_names.txt';

/**
 * Reads loose files of records. If the user gave no role, a file is a test if a word of its name says so.
 * Files of one role are joined in the order of their names.
 * @throws DataError if a file is empty, truncated, damaged, or of the other CIFAR than the rest
 */
export async function readCifarFiles(
  files: readonly SourceFile[],
  texts: readonly SourceFile[],
  reading: Reading,
): Promise<Splits> {
  for (const { path, file } of files) formatsOfSize(path, file.size);
  const found: Record<Role, RecordFile[]> = { train: [], test: [] };
  for (const source of files) {
    const bytes = await readWhole(source, reading);
    found[reading.role ?? roleOfName(source.path)].push({ name: source.path, bytes });
  }
  const names = texts.find(({ path }) => baseName(path) === FINE_NAMES);
  return cifarSplits(found, names === undefined ? null : await names.file.text(), reading);
}

function roleOfName(path: string): Role {
  return isTestFile(path) ? 'test' : 'train';
}

/** One data set for each role. @param fineNames the text that came with CIFAR-100; null: none */
export function cifarSplits(
  files: Readonly<Record<Role, readonly RecordFile[]>>,
  fineNames: string | null,
  reading: Reading,
): Splits {
  const format = oneFormat([...files.train, ...files.test]);
  const named = format === CIFAR100 && fineNames !== null ? withNames(format, fineNames) : format;
  const part = (role: Role): Dataset | null => {
    if (files[role].length === 0) return null;
    const inOrder = files[role].toSorted((a, b) => byName(a.name, b.name));
    return resized(
      decodeRecords(reading.name, inOrder, reading.limits[role] ?? undefined, named),
      reading.side,
    );
  };
  const train = part('train');
  const test = part('test');
  return { ...(train && { train }), ...(test && { test }) };
}

function withNames(format: CifarFormat, text: string): CifarFormat {
  const classes = namesFromText(FINE_NAMES, text);
  if (classes.length === format.classes.length) return { ...format, classes };
  throw new DataError(
    `${FINE_NAMES}: expected ${format.classes.length} names, one a line, got ${classes.length}. Leave it out, or take the official one.`,
  );
}

function oneFormat(files: readonly RecordFile[]): CifarFormat {
  const formats = files.map((file) => formatOf(file));
  const other = formats.findIndex((format) => format !== formats[0]);
  if (other < 0) return formats[0]!;
  throw new DataError(
    `Files of two data sets: expected records of one, got ${formats[0]!.label} in ${files[0]!.name} and ` +
      `${formats[other]!.label} in ${files[other]!.name}. Choose files of one data set.`,
  );
}

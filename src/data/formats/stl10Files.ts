import { DataError, type Dataset } from '../images/dataset.ts';
import { holdOut } from '../images/holdOut.ts';
import { PictureSheet } from '../pictures/pictures.ts';
import { namesFromText, STL10_CLASSES } from './classNames.ts';
import type { SourceFile } from './files.ts';
import { baseName, type Reading, readRange, type Splits } from './reading.ts';
import { isTestFile } from './splitNames.ts';
import {
  checkImagesSize,
  checkLabelCount,
  decodeLabels,
  STL10_IMAGE_BYTES,
  STL10_SIDE,
  turnImage,
} from './stl10.ts';

export type Stl10Split = 'unlabeled' | 'train' | 'test';

/** The images of one split, with their labels if these came. */
export interface Stl10Part {
  readonly images: string;
  /** Number of images in the file, and of those that are kept, which are the first ones. */
  readonly total: number;
  readonly count: number;
  readonly sheet: PictureSheet;
  readonly labels: { readonly name: string; readonly bytes: Uint8Array } | null;
  /** Class names that came with this split only. */
  readonly classes: readonly string[] | null;
}

/** Images of a file that are read at once: 7 MB. */
const IMAGES_AT_ONCE = 256;

export const OFFICIAL_NAMES = 'class_names.txt';

/**
 * The common start of the names of one split's files: everything before `_X.bin`, `_y.bin` or `_classes.txt`.
 */
export function stemOf(path: string): string {
  return path.replace(/_(X|y)\.bin$|_classes\.txt$/i, '');
}

export function splitOfName(path: string): Stl10Split {
  const name = baseName(path);
  if (/unlabel/i.test(name)) return 'unlabeled';
  return isTestFile(name) ? 'test' : 'train';
}

/**
 * Reads loose files of STL-10. Images are read by ranges, and only the first of each file, as many as the
 * limit keeps.
 * @throws DataError if a file is truncated, labels do not fit the images, or a split came twice
 */
export async function readStl10Files(
  files: readonly SourceFile[],
  texts: readonly SourceFile[],
  reading: Reading,
): Promise<Splits> {
  const labelFiles = files.filter(({ path }) => /_y\.bin$/i.test(path));
  const imageFiles = files.filter((source) => !labelFiles.includes(source));
  for (const { path, file } of imageFiles) checkImagesSize(path, file.size);
  const alone = labelFiles.find(
    ({ path }) => !imageFiles.some((images) => stemOf(images.path) === stemOf(path)),
  );
  if (alone !== undefined) {
    throw new DataError(
      `${alone.path} has no images: expected ${baseName(stemOf(alone.path))}_X.bin beside it, got none. Choose both files.`,
    );
  }
  const parts: Partial<Record<Stl10Split, Stl10Part>> = {};
  let planned = -files.reduce((sum, { file }) => sum + file.size, 0);
  const limits = imageFiles.map(({ path, file }) => {
    const split = splitOfName(path);
    if (parts[split] !== undefined) {
      throw new DataError(
        `${path} and ${parts[split].images} are both the split “${split}”: expected one file of each. Choose one of them.`,
      );
    }
    const total = file.size / STL10_IMAGE_BYTES;
    const count = Math.min(total, limitOf(split, reading) ?? total);
    parts[split] = {
      images: path,
      total,
      count,
      sheet: new PictureSheet(reading.name, count, reading.side),
      labels: null,
      classes: null,
    };
    planned += count * STL10_IMAGE_BYTES;
    return { split, count };
  });
  for (const { file } of labelFiles) planned += file.size;
  reading.progress.expect(planned);

  for (const [i, source] of imageFiles.entries()) {
    const { split, count } = limits[i]!;
    const part = parts[split]!;
    for (let at = 0; at < count; at += IMAGES_AT_ONCE) {
      const end = Math.min(count, at + IMAGES_AT_ONCE);
      const bytes = await readRange(source, at * STL10_IMAGE_BYTES, end * STL10_IMAGE_BYTES, reading);
      addImages(part.sheet, bytes);
    }
    const labels = labelFiles.find(({ path }) => stemOf(path) === stemOf(source.path));
    const names = texts.find(({ path }) => path !== stemOf(path) && stemOf(path) === stemOf(source.path));
    if (labels === undefined) continue;
    const total = source.file.size / STL10_IMAGE_BYTES;
    checkLabelCount(labels.path, labels.file.size, total);
    parts[split] = {
      ...part,
      labels: { name: labels.path, bytes: await readRange(labels, 0, labels.file.size, reading) },
      classes: names === undefined ? null : namesFromText(names.path, await names.file.text()),
    };
  }
  const official = texts.find(({ path }) => baseName(path) === OFFICIAL_NAMES);
  const text = official === undefined ? null : await official.file.text();
  return stl10Splits(parts, text === null ? null : namesFromText(OFFICIAL_NAMES, text), reading);
}

/** The most images that are kept of a split; null: all. */
export function limitOf(
  split: Stl10Split,
  { role, limits }: Pick<Reading, 'role' | 'limits'>,
): number | null {
  return limits[role ?? (split === 'test' ? 'test' : 'train')];
}

/** Adds whole images. `bytes` is u8 [n · 27648]. */
export function addImages(sheet: PictureSheet, bytes: Uint8Array): void {
  const square = new Uint8Array(STL10_IMAGE_BYTES);
  for (let at = 0; at < bytes.length; at += STL10_IMAGE_BYTES) {
    turnImage(bytes, at, square);
    sheet.addSquare(square, STL10_SIDE);
  }
}

/**
 * STL-10's protocol: a run trains on the unlabelled split if there is one, k-NN and probes learn from the
 * labelled training split, and the test split is the test. If the unlabelled split came with only one of the
 * labelled ones, that one gives both: a tenth of the training split becomes the test, or k-NN learns from
 * half of the test split. Labels of the unlabelled split, which some copies have, count only if that split
 * came alone.
 */
export function stl10Splits(
  parts: Readonly<Partial<Record<Stl10Split, Stl10Part>>>,
  officialNames: readonly string[] | null,
  { name, role }: Pick<Reading, 'name' | 'role'>,
): Splits {
  const dataset = (part: Stl10Part): Dataset => {
    const { size, pixels } = part.sheet.finish();
    const names = part.classes ?? officialNames;
    const all = part.labels === null ? null : decodeLabels(part.labels.name, part.labels.bytes, names);
    return {
      name,
      count: part.count,
      size,
      pixels,
      labels: all === null ? new Uint8Array(part.count) : all.slice(0, part.count),
      classes: all === null ? [] : (names ?? STL10_CLASSES),
      recipe: 'stl10',
    };
  };
  const unlabeled = parts.unlabeled && dataset(parts.unlabeled);
  const train = parts.train && dataset(parts.train);
  const test = parts.test && dataset(parts.test);
  if (role === 'test') {
    const only = test ?? train ?? unlabeled;
    return only === undefined ? {} : { test: only };
  }
  if (unlabeled === undefined) {
    const learn = train ?? (role === 'train' ? test : undefined);
    const tests = learn === test ? undefined : test;
    return { ...(learn && { train: learn }), ...(tests && { test: tests }) };
  }
  if (train === undefined && test === undefined) return { train: unlabeled };
  const bare: Dataset = { ...unlabeled, labels: new Uint8Array(unlabeled.count), classes: [] };
  if (role === 'train') return { train: bare, bank: train ?? test! };
  if (train !== undefined && test !== undefined) return { train: bare, bank: train, test };
  const labelled = train ?? test!;
  if (labelled.count < 2) return { train: bare, test: labelled };
  const halves = holdOut(labelled, train === undefined ? 0.5 : 0.1);
  return { train: bare, bank: halves.train, test: halves.test };
}

import { DataError } from '../../images/dataset.ts';
import type { Reason } from '../ledger.ts';
import { baseName, folderOf } from '../reading.ts';

// WebDataset: files of a tar that share their name up to its first dot are one sample: 000.png and 000.cls.

/** The most bytes of a file that tells a label. */
export const MAX_LABEL_BYTES = 64 * 1024;

/** Endings of files that are a label, a number or a text; the first that a sample has counts. */
const LABEL_ENDINGS = ['cls', 'class', 'label'];
/** Fields of a .json that are a label, in this order. */
const LABEL_FIELDS = [
  ...['label', 'cls', 'class', 'class_id', 'class_idx', 'class_index', 'label_id', 'target', 'category'],
  ...['category_id', 'fine_label', 'class_name', 'label_name'],
];

/** A sample's key: its path up to the first dot of its name. */
export function keyOf(path: string): string {
  const name = baseName(path);
  const dot = name.indexOf('.', 1);
  return dot < 0 ? path : path.slice(0, path.length - name.length + dot);
}

/** Whether a file may tell the label of a sample. */
export function isLabelFile(path: string): boolean {
  const ending = endingOf(path);
  return ending === 'json' || LABEL_ENDINGS.includes(ending);
}

/** Whether a file names the classes of numbers, one in each line. */
export function isNamesFile(path: string): boolean {
  return /^(class_?names|classes|class_?list|labels|label_?names|names|categories)\.txt$/i.test(
    baseName(path),
  );
}

/** The last ending of a name; “cls” for .cls.txt, as editors name it. */
function endingOf(path: string): string {
  return /\.([^./]*)$/.exec(path.replace(/(\.(cls|class|label))\.txt$/i, '$1'))?.[1]?.toLowerCase() ?? '';
}

/** Why a label file is not used whose content is no label. */
export const UNREAD_LABEL: Reason = {
  label: 'label that cannot be read',
  plural: 'labels that cannot be read',
  advice: 'write one number or one name into each',
  group: 'other',
};

/** The label that a label file tells: “” if it tells none, null if what it tells cannot be read. */
export function labelIn(path: string, text: string): string | null {
  const label = (endingOf(path) === 'json' ? fieldOf(text) : text)?.trim().normalize('NFC') ?? null;
  if (label === null || label.length > 200 || /[\p{Cc}\ufffd]/u.test(label)) return null;
  if (!/^[+-]?\d{1,9}(\.0*)?$/.test(label)) return label;
  // 3, 03 and 3.0 are one class. Tables write −1 where there is no label.
  return Number(label) === -1 ? '' : String(Number(label));
}

/** What label files tell of the pictures beside them. */
export interface SampleLabels {
  /** The labels by the paths of pictures. */
  readonly labels: ReadonlyMap<string, string>;
  /** Label files whose label cannot be read. */
  readonly unread: readonly string[];
  /** Files beside pictures that tell no label. */
  readonly silent: readonly string[];
  /** Files whose label no picture takes. */
  readonly unused: readonly string[];
}

/**
 * What label files tell, with those of them that tell nothing.
 * @param told what `labelIn` found in each label file, with its path
 * @param pictures paths of the pictures
 * @throws DataError if files of one sample tell different labels, and none is called as a picture
 */
export function sampleLabels(
  told: readonly (readonly [path: string, label: string | null])[],
  pictures: readonly string[],
): SampleLabels {
  const keys = new Set(pictures.map(keyOf));
  const beside = told.filter(([path]) => keys.has(keyOf(path)));
  const taken = labelsOf(
    beside.flatMap(([path, label]) => (label === null || label === '' ? [] : [[path, label] as const])),
    pictures,
  );
  const isUnread = ([path, label]: readonly [string, string | null]) =>
    label === null && (endingOf(path) !== 'json' || areTogether(pictures));
  const used = new Set(Array.from(taken.values(), ({ path }) => path));
  return {
    labels: new Map(Array.from(taken, ([picture, { label }]) => [picture, label])),
    unread: beside.filter(isUnread).map(([path]) => path),
    silent: beside.filter((one) => !isUnread(one) && !one[1]).map(([path]) => path),
    unused: told.flatMap(([path, label]) =>
      !keys.has(keyOf(path)) || (label && !used.has(path)) ? path : [],
    ),
  };
}

/**
 * What to tell where no picture has a label, though a .json lies beside some; null if there is nothing to
 * tell.
 */
export function silenceNotice(
  name: string,
  silent: readonly string[],
  pictures: readonly string[],
): string | null {
  const count = silent.filter((path) => endingOf(path) === 'json').length;
  if (count === 0 || !areTogether(pictures)) return null;
  const files = count === 1 ? 'the .json beside a picture tells' : `the ${count} .json beside pictures tell`;
  return `${name}: ${files} no label: expected one of the fields ${LABEL_FIELDS.join(', ')}. Write a .cls for each picture, or choose folders of classes.`;
}

/** Whether all pictures lie in one folder. */
function areTogether(pictures: readonly string[]): boolean {
  return new Set(pictures.map(folderOf)).size <= 1;
}

/**
 * The files whose labels pictures take, by the paths of the pictures. A file tells the label of its sample.
 * Where several of one sample tell some, the sample's name was cut at a dot that belongs to it, as that of
 * v1.0_000.png, or its pictures are labelled one by one: then each picture takes what the file of its own
 * name tells. Pictures in folders of classes may have a .json each, which tells of them whatever it likes, so
 * that it counts only where all lie in one folder.
 * @param labels what label files tell, with their paths
 * @param pictures paths of the pictures
 * @throws DataError if files of one sample tell different labels, and none is called as a picture
 */
function labelsOf(
  labels: readonly (readonly [path: string, label: string])[],
  pictures: readonly string[],
): ReadonlyMap<string, Told> {
  if (!areTogether(pictures) && labels.every(([path]) => endingOf(path) === 'json')) return new Map();
  const samples = new Map<string, Map<string, Told>>();
  for (const [path, label] of labels) {
    const told = { path, label, rank: rankOf(path) };
    const byName = samples.get(keyOf(path)) ?? new Map<string, Told>();
    const known = byName.get(stemOf(path));
    if (known === undefined || told.rank < known.rank) byName.set(stemOf(path), told);
    samples.set(keyOf(path), byName);
  }
  const own = new Set(pictures.filter((path) => samples.get(keyOf(path))?.has(stemOf(path))).map(keyOf));
  const found = new Map<string, Told>();
  for (const picture of pictures) {
    const key = keyOf(picture);
    const sample = samples.get(key);
    if (sample === undefined) continue;
    const told = sample.get(stemOf(picture)) ?? sample.get(key);
    if (told !== undefined) found.set(picture, told);
    else if (sample.size === 1 || !own.has(key)) found.set(picture, onlyOneOf(picture, [...sample.values()]));
  }
  return found;
}

/** What a file tells; files of a lower rank count first. */
interface Told {
  readonly path: string;
  readonly label: string;
  readonly rank: number;
}

function rankOf(path: string): number {
  const rank = LABEL_ENDINGS.indexOf(endingOf(path));
  return rank < 0 ? LABEL_ENDINGS.length : rank;
}

/** A path without the last ending of its name. */
function stemOf(path: string): string {
  const name = path.replace(/(\.(cls|class|label))\.txt$/i, '$1');
  return name.slice(0, Math.max(name.lastIndexOf('.'), keyOf(path).length));
}

/** @throws DataError if the files of a picture's sample tell different labels */
function onlyOneOf(picture: string, all: readonly Told[]): Told {
  const rank = Math.min(...all.map((one) => one.rank));
  const [first, ...others] = all.filter((one) => one.rank === rank);
  const other = others.find(({ label }) => label !== first!.label);
  if (other === undefined) return first!;
  throw new DataError(
    `${picture}: expected one label, got “${first!.label}” (${baseName(first!.path)}) and “${other.label}” (${baseName(other.path)}). ` +
      'Files that share their name up to its first dot are one sample: give each picture a label file of its own name, or names without dots.',
  );
}

/**
 * The label in a sample's JSON: “” if it has none, null if it is no JSON or its label is no number, name or
 * truth.
 */
function fieldOf(text: string): string | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return scalar(value);
  if (Array.isArray(value)) return '';
  const fields = new Map<string, unknown>(Object.entries(value));
  const named = LABEL_FIELDS.filter((field) => fields.get(field) !== undefined);
  const readable = named.find((field) => scalar(fields.get(field)) !== null);
  if (readable !== undefined) return scalar(fields.get(readable));
  return named.length === 0 ? '' : null;
}

function scalar(value: unknown): string | null {
  if (value === null) return '';
  return ['number', 'string', 'boolean'].includes(typeof value) ? String(value) : null;
}

/** The classes in their order: numbers as numbers, names by their letters. */
export function classesInOrder(labels: Iterable<string>): readonly string[] {
  const names = [...new Set(labels)];
  const areNumbers = names.every((name) => /^\d{1,9}$/.test(name));
  return names.toSorted((a, b) => (areNumbers ? Number(a) - Number(b) : a < b ? -1 : a > b ? 1 : 0));
}

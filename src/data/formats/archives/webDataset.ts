import { baseName } from '../reading.ts';

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

function endingOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1).toLowerCase();
}

/** The label that a label file tells; null if it tells none, as other files of these names do. */
export function labelIn(path: string, text: string): string | null {
  const label = (endingOf(path) === 'json' ? fieldOf(text) : text)?.trim().normalize('NFC') ?? '';
  return label === '' || label.length > 200 || /[\n\0]/.test(label) ? null : label;
}

/**
 * The label of each sample by its key. Pictures in folders of classes may have a .json each, which tells of them
 * whatever it likes, so that it counts only where all lie in one folder.
 * @param labels what label files tell, with their paths
 * @param pictures paths of the pictures
 */
export function labelsOf(
  labels: readonly (readonly [path: string, label: string])[],
  pictures: readonly string[],
): ReadonlyMap<string, string> {
  const folders = new Set(pictures.map((path) => path.slice(0, path.lastIndexOf('/') + 1)));
  if (folders.size > 1 && labels.every(([path]) => endingOf(path) === 'json')) return new Map();
  const found = new Map<string, { readonly label: string; readonly rank: number }>();
  for (const [path, label] of labels) {
    const ending = endingOf(path);
    const rank = ending === 'json' ? LABEL_ENDINGS.length : LABEL_ENDINGS.indexOf(ending);
    const known = found.get(keyOf(path));
    if (known === undefined || rank < known.rank) found.set(keyOf(path), { label, rank });
  }
  return new Map(Array.from(found, ([key, { label }]) => [key, label]));
}

/** The label in a sample's JSON; null if it has none. */
function fieldOf(text: string): string | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value === 'number' || typeof value === 'string') return String(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const fields = new Map(Object.entries(value));
  for (const field of LABEL_FIELDS) {
    const found: unknown = fields.get(field);
    if (typeof found === 'number' || typeof found === 'string') return String(found);
  }
  return null;
}

/** The classes in their order: numbers as numbers, names by their letters. */
export function classesInOrder(labels: Iterable<string>): readonly string[] {
  const names = [...new Set(labels)];
  const areNumbers = names.every((name) => /^\d{1,9}$/.test(name));
  return names.toSorted((a, b) => (areNumbers ? Number(a) - Number(b) : a < b ? -1 : a > b ? 1 : 0));
}

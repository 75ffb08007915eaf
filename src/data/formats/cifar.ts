import { CIFAR10_CLASSES, DataError, type Dataset } from '../images/dataset.ts';
import { CIFAR100_CLASSES } from './classNames.ts';

const SIDE = 32;
const PLANE = SIDE * SIDE;
const IMAGE = 3 * PLANE;
/** Number of CIFAR-100's coarse classes. Their labels are checked and then ignored. */
const COARSE_CLASSES = 20;

/** The binary version of CIFAR-10 or CIFAR-100: labels, then 1,024 R, 1,024 G and 1,024 B, row-major. */
export interface CifarFormat {
  readonly label: 'CIFAR-10' | 'CIFAR-100';
  /** CIFAR-10: the label. CIFAR-100: the coarse label, then the fine one. */
  readonly labelBytes: 1 | 2;
  readonly recordBytes: number;
  readonly recipe: 'cifar10' | 'cifar100';
  readonly classes: readonly string[];
}

export const CIFAR10: CifarFormat = {
  label: 'CIFAR-10',
  labelBytes: 1,
  recordBytes: 1 + IMAGE,
  recipe: 'cifar10',
  classes: CIFAR10_CLASSES,
};
export const CIFAR100: CifarFormat = {
  label: 'CIFAR-100',
  labelBytes: 2,
  recordBytes: 2 + IMAGE,
  recipe: 'cifar100',
  classes: CIFAR100_CLASSES,
};

/** One record of CIFAR-10. */
export const RECORD_BYTES = CIFAR10.recordBytes;

/** Records with the name that an error gives them. */
export interface RecordFile {
  readonly name: string;
  /** u8 [records · recordBytes] */
  readonly bytes: Uint8Array;
}

/**
 * The formats whose records can fill so many bytes; no byte has to be read for this. It gives both formats if
 * the size is a multiple of 9 MB.
 * @throws DataError if the size fits neither format
 */
export function formatsOfSize(name: string, bytes: number): readonly CifarFormat[] {
  if (bytes === 0) {
    throw new DataError(
      `${name} is empty: expected records of CIFAR-10 (${CIFAR10.recordBytes} bytes) or CIFAR-100 (${CIFAR100.recordBytes}), ` +
        'got 0 bytes. Choose another file.',
    );
  }
  const fitting = [CIFAR10, CIFAR100].filter(({ recordBytes }) => bytes % recordBytes === 0);
  if (fitting.length > 0) return fitting;
  throw new DataError(
    `${name} is truncated or no binary file of CIFAR: expected a multiple of ${RECORD_BYTES} bytes, got ${bytes} ` +
      `(${Math.floor(bytes / RECORD_BYTES)} records and ${bytes % RECORD_BYTES} bytes over), ` +
      `which is none of CIFAR-100’s ${CIFAR100.recordBytes} bytes either. Download or copy the file again.`,
  );
}

/**
 * The format of a file's records. Its size tells it, and where the size fits both formats, its labels do.
 * @throws DataError
 */
export function formatOf({ name, bytes }: RecordFile): CifarFormat {
  const [first, second] = formatsOfSize(name, bytes.length);
  if (second === undefined) return first!;
  return wrongLabel(bytes, first!) === null ? first! : second;
}

/**
 * One data set from the records of one or more files, in their order. Every label is checked, also those
 * beyond `limit`, which is the largest number of images to keep.
 * @throws DataError on a wrong size, or a label outside the classes
 */
export function decodeRecords(
  name: string,
  files: readonly RecordFile[],
  limit = Number.POSITIVE_INFINITY,
  format: CifarFormat = CIFAR10,
): Dataset {
  const { recordBytes, labelBytes, classes, recipe } = format;
  for (const file of files) checkLabels(file, format);
  const total = files.reduce((sum, file) => sum + file.bytes.length / recordBytes, 0);
  const kept = Math.min(total, limit);
  const pixels = new Uint8Array(kept * IMAGE); // [kept, 32, 32, 3]
  const labels = new Uint8Array(kept);
  let image = 0;
  for (const { bytes } of files) {
    for (let at = 0; at < bytes.length && image < kept; at += recordBytes, image++) {
      labels[image] = bytes[at + labelBytes - 1]!;
      interleave(bytes, at + labelBytes, pixels, image * IMAGE);
    }
  }
  return { name, count: kept, size: SIDE, pixels, labels, classes, recipe };
}

/** The record of one image of CIFAR-10: the inverse of `decodeRecords`. `pixels` is u8 [32, 32, 3]. */
export function encodeRecord(label: number, pixels: Uint8Array, target: Uint8Array, at: number): void {
  target[at] = label;
  for (let channel = 0; channel < 3; channel++) {
    const plane = at + 1 + channel * PLANE;
    for (let p = 0; p < PLANE; p++) target[plane + p] = pixels[3 * p + channel]!;
  }
}

function checkLabels({ name, bytes }: RecordFile, format: CifarFormat): void {
  if (bytes.length === 0 || bytes.length % format.recordBytes !== 0) {
    formatsOfSize(name, bytes.length);
    // Whoever reads files tells their format from their sizes.
    throw new RangeError(
      `decodeRecords: ${name} must hold records of ${format.recordBytes} bytes, got ${bytes.length} bytes`,
    );
  }
  const wrong = wrongLabel(bytes, format);
  if (wrong === null) return;
  const { record, coarse, label } = wrong;
  const most = coarse ? COARSE_CLASSES : format.classes.length;
  throw new DataError(
    `${name} is no binary file of ${format.label}: the ${coarse ? 'coarse ' : ''}label of record ${record} (counted from 0) ` +
      `must be from 0 to ${most - 1}, got ${label}. The file is damaged or of another kind: choose the binary version.`,
  );
}

/** The first label that is not a class of its format; null if there is none. */
function wrongLabel(
  bytes: Uint8Array,
  { labelBytes, recordBytes, classes }: CifarFormat,
): { readonly record: number; readonly coarse: boolean; readonly label: number } | null {
  for (let at = 0; at < bytes.length; at += recordBytes) {
    const record = at / recordBytes;
    const label = bytes[at + labelBytes - 1]!;
    if (labelBytes === 2 && bytes[at]! >= COARSE_CLASSES) return { record, coarse: true, label: bytes[at]! };
    if (label >= classes.length) return { record, coarse: false, label };
  }
  return null;
}

/** Planes R, G, B → RGB pixels. */
function interleave(from: Uint8Array, at: number, to: Uint8Array, pixel: number): void {
  for (let p = 0; p < PLANE; p++) {
    to[pixel + 3 * p] = from[at + p]!;
    to[pixel + 3 * p + 1] = from[at + PLANE + p]!;
    to[pixel + 3 * p + 2] = from[at + 2 * PLANE + p]!;
  }
}

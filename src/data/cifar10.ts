import { CIFAR10_CLASSES, DataError, type Dataset } from './dataset.ts';

const SIDE = 32;
const PLANE = SIDE * SIDE;
const IMAGE = 3 * PLANE;

/** One record of CIFAR-10's binary version: 1 label byte, then 1,024 R, 1,024 G and 1,024 B, row-major. */
export const RECORD_BYTES = 1 + IMAGE;
/** CIFAR-100's records have a coarse and a fine label. */
const CIFAR100_RECORD_BYTES = 2 + IMAGE;

/** Records with the name by which an error calls them. */
export interface RecordFile {
  readonly name: string;
  /** u8 [records · 3073] */
  readonly bytes: Uint8Array;
}

/**
 * Whether so many bytes can be CIFAR-10 records; known before anything is read.
 * @throws DataError if the size is 0 or no multiple of 3,073
 */
export function checkSize(name: string, bytes: number): void {
  if (bytes === 0) {
    throw new DataError(
      `${name} is empty: expected CIFAR-10 records of ${RECORD_BYTES} bytes, got 0 bytes. Choose another file.`,
    );
  }
  if (bytes % RECORD_BYTES === 0) return;
  if (bytes % CIFAR100_RECORD_BYTES === 0) {
    throw new DataError(
      `${name} looks like CIFAR-100: expected CIFAR-10 records of ${RECORD_BYTES} bytes, got ${bytes} bytes, ` +
        `which is ${bytes / CIFAR100_RECORD_BYTES} records of ${CIFAR100_RECORD_BYTES} (two labels each). ` +
        'Choose the binary version of CIFAR-10.',
    );
  }
  throw new DataError(
    `${name} is truncated or no CIFAR-10 binary file: expected a multiple of ${RECORD_BYTES} bytes, got ${bytes} ` +
      `(${Math.floor(bytes / RECORD_BYTES)} records and ${bytes % RECORD_BYTES} bytes over). ` +
      'Download or copy the file again.',
  );
}

/**
 * One data set from the records of one or more files, in their order.
 * Every label is checked, also beyond `limit`, the largest number of images to keep.
 * @throws DataError on a wrong size or a label outside 0–9
 */
export function decodeRecords(
  name: string,
  files: readonly RecordFile[],
  limit = Number.POSITIVE_INFINITY,
): Dataset {
  for (const file of files) checkLabels(file);
  const total = files.reduce((sum, file) => sum + file.bytes.length / RECORD_BYTES, 0);
  const kept = Math.min(total, limit);
  const pixels = new Uint8Array(kept * IMAGE); // [kept, 32, 32, 3]
  const labels = new Uint8Array(kept);
  let image = 0;
  for (const { bytes } of files) {
    for (let at = 0; at < bytes.length && image < kept; at += RECORD_BYTES, image++) {
      labels[image] = bytes[at]!;
      interleave(bytes, at + 1, pixels, image * IMAGE);
    }
  }
  return { name, count: kept, size: SIDE, pixels, labels, classes: CIFAR10_CLASSES, recipe: 'cifar10' };
}

/** The record of one image: the inverse of `decodeRecords`. `pixels` is u8 [32, 32, 3]. */
export function encodeRecord(label: number, pixels: Uint8Array, target: Uint8Array, at: number): void {
  target[at] = label;
  for (let channel = 0; channel < 3; channel++) {
    const plane = at + 1 + channel * PLANE;
    for (let p = 0; p < PLANE; p++) target[plane + p] = pixels[3 * p + channel]!;
  }
}

function checkLabels({ name, bytes }: RecordFile): void {
  checkSize(name, bytes.length);
  for (let at = 0; at < bytes.length; at += RECORD_BYTES) {
    const label = bytes[at]!;
    if (label < CIFAR10_CLASSES.length) continue;
    throw new DataError(
      `${name} is no CIFAR-10 binary file: the label of record ${at / RECORD_BYTES} (counted from 0) ` +
        `must be from 0 to ${CIFAR10_CLASSES.length - 1}, got ${label}. ` +
        'The file is damaged or of another kind: choose the binary version of CIFAR-10.',
    );
  }
}

/** Planes R, G, B → RGB pixels. */
function interleave(from: Uint8Array, at: number, to: Uint8Array, pixel: number): void {
  for (let p = 0; p < PLANE; p++) {
    to[pixel + 3 * p] = from[at + p]!;
    to[pixel + 3 * p + 1] = from[at + PLANE + p]!;
    to[pixel + 3 * p + 2] = from[at + 2 * PLANE + p]!;
  }
}

import { DataError } from '../images/dataset.ts';
import { STL10_CLASSES } from './classNames.ts';

export const STL10_SIDE = 96;
const PLANE = STL10_SIDE * STL10_SIDE;
/** One image of an `_X.bin`: 9,216 R, 9,216 G and 9,216 B, each column-major. */
export const STL10_IMAGE_BYTES = 3 * PLANE;

/** @throws DataError if the bytes are not a whole number of images */
export function checkImagesSize(name: string, bytes: number): void {
  if (bytes > 0 && bytes % STL10_IMAGE_BYTES === 0) return;
  throw new DataError(
    `${name} is truncated or no file of STL-10’s images: expected a multiple of ${STL10_IMAGE_BYTES} bytes, got ${bytes} ` +
      `(${Math.floor(bytes / STL10_IMAGE_BYTES)} images and ${bytes % STL10_IMAGE_BYTES} bytes over). Download or copy the file again.`,
  );
}

/** Columns of planes → rows of RGB pixels, u8 [96, 96, 3]. */
export function turnImage(from: Uint8Array, at: number, to: Uint8Array): void {
  let target = 0;
  for (let row = 0; row < STL10_SIDE; row++) {
    let source = at + row;
    for (let column = 0; column < STL10_SIDE; column++, source += STL10_SIDE) {
      to[target++] = from[source]!;
      to[target++] = from[source + PLANE]!;
      to[target++] = from[source + 2 * PLANE]!;
    }
  }
}

/** @throws DataError if there are not as many labels as images */
export function checkLabelCount(name: string, labels: number, images: number): void {
  if (labels === images) return;
  throw new DataError(
    `${name} does not go with its images: expected ${images} labels of a byte each, got ${labels}. Choose both files of one split.`,
  );
}

/**
 * The labels of a `_y.bin`, which count from 1, as indices from 0.
 * @param classes names that came with the file; null: the official ten
 * @throws DataError if a label is not a class
 */
export function decodeLabels(name: string, bytes: Uint8Array, classes: readonly string[] | null): Uint8Array {
  const { length } = classes ?? STL10_CLASSES;
  const wrong = bytes.findIndex((label) => label < 1 || label > length);
  if (wrong >= 0) {
    throw new DataError(
      `${name} is no file of STL-10’s labels: label ${wrong} (counted from 0) must be from 1 to ${length}, got ${bytes[wrong]}. ` +
        'If the classes are others, choose their names (…_classes.txt) too.',
    );
  }
  return bytes.map((label) => label - 1);
}

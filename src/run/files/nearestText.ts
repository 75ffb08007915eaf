import { type Branch, branchEntries } from '../../metrics.ts';
import { fromBase64, toBase64 } from '../../network/weights.ts';
import type { MapNearest } from '../moments.ts';
import { isBase64 } from './flagsFault.ts';

/**
 * Numbers of images as text: base64 of all low bytes, then all high bytes. The high ones are nearly alike, so
 * that gzip shortens them most.
 */
export function packNearest(nearest: Uint16Array): string {
  const bytes = new Uint8Array(2 * nearest.length);
  for (const [i, image] of nearest.entries()) {
    bytes[i] = image & 255;
    bytes[nearest.length + i] = image >> 8;
  }
  return toBase64(bytes);
}

/**
 * Neighbours that `packNearest` packed, u16 [count, k].
 * @throws Error if they are not equally many other images for each of `count`
 */
export function unpackNearest(text: string, count: number): Uint16Array {
  const bytes = fromBase64(text);
  const nearest = Uint16Array.from(
    { length: bytes.length >> 1 },
    (_, i) => bytes[i]! | (bytes[(bytes.length >> 1) + i]! << 8),
  );
  const k = nearest.length / count;
  if (bytes.length % 2 !== 0 || !Number.isInteger(k))
    throw new Error(
      `the neighbours of ${count} images must be equally many for each, got ${bytes.length} bytes`,
    );
  const wrong = nearest.findIndex((other, i) => other >= count || other === Math.floor(i / k));
  if (wrong >= 0)
    throw new Error(
      `a neighbour of image ${Math.floor(wrong / k)} must be another one of ${count} images, got ${nearest[wrong]}`,
    );
  return nearest;
}

/** One branch's neighbours in a file. */
export interface NearestText {
  readonly branch: Branch;
  readonly nearest: string;
}

/** The neighbours of all branches, packed. */
export function nearestTexts(branches: MapNearest['branches']): NearestText[] {
  return branchEntries(branches).map(([branch, nearest]) => ({ branch, nearest: packNearest(nearest) }));
}

/** The neighbours of all branches in a file. @throws Error as `unpackNearest` */
export function nearestArrays(texts: readonly NearestText[], count: number): MapNearest['branches'] {
  return Object.fromEntries(texts.map(({ branch, nearest }) => [branch, unpackNearest(nearest, count)]));
}

/** The fault of the neighbours in a file, after the name of their list; null if there is none. */
export function listsFault(
  texts: readonly NearestText[],
  branches: readonly Branch[],
  count: number,
): string | null {
  for (const { branch, nearest } of texts) {
    if (!branches.includes(branch)) return `must be of the branches ${branches.join(', ')}, got ${branch}`;
    if (!isBase64(nearest)) return `of ${branch} must be base64`;
    try {
      unpackNearest(nearest, count);
    } catch (error) {
      return `of ${branch}: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
  return null;
}

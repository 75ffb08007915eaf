import { existsSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../../../../shared/datasets/', import.meta.url);

/** Reads a file of real images, by its path below their folder. */
export type ReadReal = (path: string) => Uint8Array<ArrayBuffer>;

/**
 * What a test runs on: made data, which every clone has; and real data in addition, where its files lie beside the
 * project. They are not part of it.
 */
export function madeAndReal<T>(made: T, paths: readonly string[], real: (read: ReadReal) => T): readonly T[] {
  if (!paths.every((path) => existsSync(new URL(path, FOLDER)))) return [made];
  return [made, real((path) => new Uint8Array(readFileSync(new URL(path, FOLDER))))];
}

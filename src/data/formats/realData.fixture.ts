import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of real images, beside the project where it is developed. They are not part of it. */
export const REAL_DATA = fileURLToPath(new URL('../../../../shared/datasets/', import.meta.url));

/** Reads a file of real images, by its path below their folder. */
export type ReadReal = (path: string) => Uint8Array<ArrayBuffer>;

/** What a test runs on: made data, which every clone has; and real data in addition, where its files are. */
export function madeAndReal<T>(made: T, paths: readonly string[], real: (read: ReadReal) => T): readonly T[] {
  if (!paths.every((path) => existsSync(join(REAL_DATA, path)))) return [made];
  return [made, real((path) => new Uint8Array(readFileSync(join(REAL_DATA, path))))];
}

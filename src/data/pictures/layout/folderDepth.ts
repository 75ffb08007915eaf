import { DataError } from '../../images/dataset.ts';

/** The greatest depth of folders. The tree of folders is walked by recursion. */
const MAX_DEPTH = 64;

/** @throws DataError if a path has more folders than any data set here has */
export function checkDepth(name: string, folders: number): void {
  if (folders <= MAX_DEPTH) return;
  throw new DataError(
    `${name}: expected folders at most ${MAX_DEPTH} deep in each other, got ${folders}. Choose a folder further down.`,
  );
}

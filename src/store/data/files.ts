import { type SourceFile, WHOLE } from '../../data/formats/files.ts';
import { isTestFile } from '../../data/formats/splitNames.ts';
import type { FilesSource } from '../../run/protocol.ts';
import { withRoom } from './source.ts';

export type { SourceFile } from '../../data/formats/files.ts';

/** A file that was given without its folder. */
export function alone(file: File): SourceFile {
  return { path: file.name, file };
}

/** Archives and records. Each of them is a part of a data set. */
const PART = /\.(bin|gz|tgz|tar|zip|parquet)$/i;

/**
 * Sorts files that the user means as training data. Their reader checks them later. Loose archives and
 * records are test files if a word in their name says test or validation, as in the official archives and in
 * parquet files. A folder is one data set, whose parts the reader distinguishes. The name of a picture
 * does not make it a test image. If a set is too large for a page, it asks only for as many images as there
 * is room for.
 * @param name name of the folder that all files were in
 */
export function dataOf(files: readonly SourceFile[], name?: string): FilesSource {
  const loose = files.length > 1 && files.every(({ path }) => !path.includes('/')) && name === undefined;
  const isTest = ({ path }: SourceFile) => loose && PART.test(path) && isTestFile(path);
  return withRoom({
    kind: 'files',
    ...(name !== undefined && { name }),
    ...WHOLE,
    train: files.filter((file) => !isTest(file)),
    test: files.filter(isTest),
  });
}

/** The words for each kind of slice in a file's name. */
export const SLICE_NAMES = {
  dense: 'dense',
  gated: 'gated',
  frozen: 'sliced-frozen',
  'never-open': 'sliced-never-open',
} as const;

type SliceName = (typeof SLICE_NAMES)[keyof typeof SLICE_NAMES];

/** Name of an exported file: its content, the system that trained, and the number of steps. */
export function exportName(
  what:
    | 'weights'
    | 'run'
    | 'pytorch'
    | 'steps'
    | 'evaluations'
    | 'features'
    | SliceName
    // With the budget that the dial stood at.
    | `${SliceName}-dial${string}`,
  { system, width, budget, seed }: { system: string; width: number; budget: number; seed: number },
  step: number,
  ending = what === 'run' ? 'dualgate.json' : what === 'pytorch' ? 'zip' : 'json',
): string {
  return `dualgate-${what}-${system}-w${width}-td${budget.toFixed(2)}-seed${seed}-step${step}.${ending}`;
}

import { type SourceFile, WHOLE } from '../../data/formats/files.ts';
import type { FilesSource } from '../../run/protocol.ts';
import { withRoom } from './source.ts';

export type { SourceFile } from '../../data/formats/files.ts';

/** A file that came without its folder. */
export function alone(file: File): SourceFile {
  return { path: file.name, file };
}

/** Archives and records, which are a part of a data set each. */
const PART = /\.(bin|gz|tgz|tar|zip|parquet)$/i;

/**
 * Files that are meant as training data; their reader judges them.
 * Loose archives and records with a word that begins with “test” or “valid” in their names are test files, as in the
 * official archives and in parquet files. What came in a folder is one data set, whose parts the reader tells apart;
 * and a picture is no test for being called so.
 * Of sets too large for a page, it asks for as many images as there is room for.
 * @param name of the folder that all came in
 */
export function dataOf(files: readonly SourceFile[], name?: string): FilesSource {
  const loose = files.length > 1 && files.every(({ path }) => !path.includes('/')) && name === undefined;
  const isTest = ({ path }: SourceFile) => loose && PART.test(path) && /(?<![a-z])(test|valid)/i.test(path);
  return withRoom({
    kind: 'files',
    ...(name !== undefined && { name }),
    ...WHOLE,
    train: files.filter((file) => !isTest(file)),
    test: files.filter(isTest),
  });
}

/** What a slice is called in a file's name. */
export const SLICE_NAMES = {
  dense: 'dense',
  gated: 'gated',
  frozen: 'sliced-frozen',
  'never-open': 'sliced-never-open',
} as const;

/** Name of an exported file: what it holds, what trained, and how far. */
export function exportName(
  what:
    | 'weights'
    | 'run'
    | 'pytorch'
    | 'steps'
    | 'evaluations'
    | 'features'
    | (typeof SLICE_NAMES)[keyof typeof SLICE_NAMES],
  { system, width, budget, seed }: { system: string; width: number; budget: number; seed: number },
  step: number,
  ending = what === 'run' ? 'dualgate.json' : what === 'pytorch' ? 'zip' : 'json',
): string {
  return `dualgate-${what}-${system}-w${width}-td${budget.toFixed(2)}-seed${seed}-step${step}.${ending}`;
}

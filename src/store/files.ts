import { type SourceFile, WHOLE } from '../data/files.ts';
import type { DataSource } from '../session/protocol.ts';

/** A file that came without its folder. */
function alone(file: File): SourceFile {
  return { path: file.name, file };
}

/** What a set of files handed to the page is for. */
export type Handed =
  | { readonly kind: 'run'; readonly file: File }
  | { readonly kind: 'data'; readonly source: Extract<DataSource, { kind: 'files' }> };

/**
 * A single .json file is a run to look at; anything else is meant as training data, and is judged by the reader.
 * Files with a word that begins with “test” in their names are test files, as in CIFAR-10's own archive.
 */
export function sortFiles(files: readonly File[]): Handed {
  const [first] = files;
  if (files.length === 1 && first && /\.json$/i.test(first.name)) return { kind: 'run', file: first };
  const isTest = (file: File) => files.length > 1 && /(?<![a-z])test/i.test(file.name);
  return {
    kind: 'data',
    source: {
      kind: 'files',
      ...WHOLE,
      train: files.filter((file) => !isTest(file)).map(alone),
      test: files.filter(isTest).map(alone),
    },
  };
}

/** Name of an exported file: what it holds, what trained, and how far. */
export function exportName(
  what: 'weights' | 'run' | 'sliced-frozen' | 'sliced-never-open',
  { system, width, budget, seed }: { system: string; width: number; budget: number; seed: number },
  step: number,
): string {
  return `dualgate-${what}-${system}-w${width}-td${budget.toFixed(2)}-seed${seed}-step${step}.json`;
}

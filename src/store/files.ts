import { type SourceFile, WHOLE } from '../data/files.ts';
import type { DataSource } from '../session/protocol.ts';

/** A file that came without its folder. */
function alone(file: File): SourceFile {
  return { path: file.name, file };
}

/**
 * Files that are meant as training data; their reader judges them.
 * Files with a word that begins with “test” in their names are test files, as in CIFAR-10's own archive.
 */
export function dataOf(files: readonly File[]): Extract<DataSource, { kind: 'files' }> {
  const isTest = (file: File) => files.length > 1 && /(?<![a-z])test/i.test(file.name);
  return {
    kind: 'files',
    ...WHOLE,
    train: files.filter((file) => !isTest(file)).map(alone),
    test: files.filter(isTest).map(alone),
  };
}

/** Name of an exported file: what it holds, what trained, and how far. */
export function exportName(
  what: 'weights' | 'run' | 'sliced-frozen' | 'sliced-never-open',
  { system, width, budget, seed }: { system: string; width: number; budget: number; seed: number },
  step: number,
): string {
  const ending = what === 'run' ? 'dualgate.json' : 'json';
  return `dualgate-${what}-${system}-w${width}-td${budget.toFixed(2)}-seed${seed}-step${step}.${ending}`;
}

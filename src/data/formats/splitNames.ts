import type { Role } from './files.ts';

/** A part of a data set, as its folder or file calls itself. */
export type Split = 'train' | 'val' | 'test';

/** The words for each split. Only whole words count: “latest” is no test, and “trainer” no train. */
const SPLIT_WORDS: Readonly<Record<string, Split>> = {
  train: 'train',
  training: 'train',
  trainset: 'train',
  trainval: 'train',
  val: 'val',
  valid: 'val',
  validation: 'val',
  valset: 'val',
  dev: 'val',
  eval: 'val',
  evaluation: 'val',
  test: 'test',
  tests: 'test',
  holdout: 'test',
  testing: 'test',
  testset: 'test',
};

/**
 * Words of the test set where there is a validation set, and of the validation set where there is a test set.
 */
export const EITHER_WORDS: ReadonlySet<string> = new Set(['eval', 'evaluation']);

/** Words that say nothing about what the pictures of a folder show. */
const EMPTY_WORDS: ReadonlySet<string> = new Set(
  'set sets seg data dataset images image imgs img pictures picture pics photos split splits folder x jpg jpeg png jpegimages'.split(
    ' ',
  ),
);

/** The words of a name in small letters. Numbers, signs and a capital after a small letter end a word. */
export function wordsOf(name: string): readonly string[] {
  return name
    .normalize('NFC')
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{M}]+/u)
    .filter((word) => word !== '');
}

/**
 * Whether a folder's name says nothing about what its pictures show: “images”, “data”, “test_1”, “unknown”.
 */
export function saysNothing(folder: string): boolean {
  return (
    wordsOf(folder).every(
      (word) =>
        EMPTY_WORDS.has(word) ||
        SPLIT_WORDS[word] !== undefined ||
        word === 'unknown' ||
        word === 'unlabeled',
    ) && wordsOf(folder).length > 0
  );
}

/** What a folder's name tells about its split. */
export interface SplitName {
  readonly split: Split;
  /** The word that tells the split. */
  readonly word: string;
  /** The words that tell neither the split nor nothing, as “asl alphabet” in asl_alphabet_train. */
  readonly rest: string;
  /** Whether the name is one word alone, which may be the name of a class. */
  readonly bare: boolean;
}

/** The split in a folder's name; null if there is none in it, or several different ones. */
export function splitNameOf(folder: string): SplitName | null {
  const words = wordsOf(folder);
  const split = splitIn(words);
  if (split === null) return null;
  const rest = words.filter((word) => SPLIT_WORDS[word] === undefined && !EMPTY_WORDS.has(word)).join(' ');
  const word = words.find((one) => SPLIT_WORDS[one] === split) ?? split;
  return { split, word, rest, bare: folder.toLowerCase() === words[0] };
}

/** The split of a file: by its own name, or by the nearest folder whose name tells one. */
export function splitOfFile(path: string): Split | null {
  for (const part of path.split('/').reverse()) {
    const split = splitIn(wordsOf(part));
    if (split !== null) return split;
  }
  return null;
}

/**
 * Whether a file's own name says that it is for testing: validation and test are. Its folders do not count.
 */
export function isTestFile(path: string): boolean {
  return (splitOfFile(path.split('/').at(-1)!) ?? 'train') !== 'train';
}

function splitIn(words: readonly string[]): Split | null {
  const found = new Set(words.flatMap((word) => SPLIT_WORDS[word] ?? []));
  return found.size === 1 ? [...found][0]! : null;
}

/** The split of a table or shard: the user's role, and which of the two sets to test on it is. */
export function splitFor(path: string, role: Role | null): Split {
  if (role === 'train') return 'train';
  const split = splitOfFile(path) ?? 'train';
  return role === 'test' && split === 'train' ? 'test' : split;
}

import type { RecipeId } from '../images/recipe.ts';
import { isPicturePath } from '../pictures/pictureNames.ts';
import type { LayoutChoice, Sampling } from './files.ts';
import { isTestFile, splitNameOf } from './splitNames.ts';

/** What is known of a file before it is read. */
export interface NamedFile {
  readonly path: string;
  readonly file: { readonly size: number };
}

/**
 * What files look like before they are read. The guess only chooses a preset and plans memory; the reader
 * decides later what the files are.
 */
export interface Guess {
  readonly recipe: RecipeId;
  /** Words that follow “looks like”. */
  readonly words: string;
  /** Side of the images that a run would get, pixels; null if only reading can tell. */
  readonly side: number | null;
  /** The most images that a run would get; null if only reading can tell. */
  readonly train: number | null;
  readonly test: number | null;
}

/** Bytes of one image: CIFAR's records with one and two label bytes, and STL-10's without. */
const CIFAR10_RECORD = 3073;
const CIFAR100_RECORD = 3074;
const STL10_IMAGE = 27_648;

const ARCHIVE = /\.(tar|tgz|tar\.gz|gz)$/i;
const RECORDS = /\.bin$/i;

/** Images in the official archives. */
const IN_ARCHIVE: Readonly<Record<RecipeId, { readonly train: number; readonly test: number } | null>> = {
  cifar10: { train: 50_000, test: 10_000 },
  cifar100: { train: 50_000, test: 10_000 },
  stl10: { train: 100_000, test: 8000 },
  imagenet100: null,
};

/** Sides of the data sets whose images are squares of one side. */
const SIDES: Readonly<Record<RecipeId, number | null>> = {
  cifar10: 32,
  cifar100: 32,
  stl10: 96,
  imagenet100: null,
};

const LABELS: Readonly<Record<RecipeId, string>> = {
  cifar10: 'CIFAR-10',
  cifar100: 'CIFAR-100',
  stl10: 'STL-10',
  imagenet100: 'ImageNet-100',
};

/** The data set that files belong to: by their names, or by their sizes if the names say nothing. */
export function guessRecipe(files: readonly NamedFile[]): RecipeId {
  return recipeByName(files) ?? recipeBySize(files) ?? 'cifar10';
}

/** The guess for training and test files under the user's sampling. */
export function guess(
  train: readonly NamedFile[],
  test: readonly NamedFile[],
  { side, limits, layout }: Sampling & { readonly layout?: LayoutChoice },
): Guess {
  const all = [...train, ...test];
  const recipe = guessRecipe(all);
  const counted = countParts(recipe, train, test, layout === 'classes');
  return {
    recipe,
    words: wordsFor(all, recipe),
    side: side ?? SIDES[recipe],
    train: atMost(counted.train ?? limits.train, limits.train),
    test: atMost(counted.test, limits.test),
  };
}

function recipeByName(files: readonly NamedFile[]): RecipeId | null {
  const has = (pattern: RegExp) => files.some(({ path }) => pattern.test(path));
  if (has(/stl-?10/i) || has(/(^|[-_/])\w*(train|test|unlabeled)[-\w]*_[Xy]\.bin$/)) return 'stl10';
  if (has(/cifar-?100/i) || has(/(^|\/)fine_label_names\.txt$/)) return 'cifar100';
  if (has(/cifar-?10/i) || has(/(^|\/)(data_batch_\d|test_batch)/)) return 'cifar10';
  if (has(/imagenet/i) || files.some(({ path }) => isPicturePath(path)) || has(/\.(zip|parquet)$/i))
    return 'imagenet100';
  return null;
}

/** The data set by the files' sizes, which must be multiples of one kind of record only. */
function recipeBySize(files: readonly NamedFile[]): RecipeId | null {
  const sizes = files.filter(({ path }) => RECORDS.test(path)).map(({ file }) => file.size);
  if (sizes.length === 0) return null;
  const divides = (record: number) => sizes.every((size) => size > 0 && size % record === 0);
  if (divides(CIFAR10_RECORD)) return 'cifar10';
  if (divides(CIFAR100_RECORD)) return 'cifar100';
  return divides(STL10_IMAGE) ? 'stl10' : null;
}

interface Counts {
  readonly train: number | null;
  readonly test: number | null;
}

/** @param inClasses whether the user said that folders are classes, whatever their names are */
function countParts(
  recipe: RecipeId,
  train: readonly NamedFile[],
  test: readonly NamedFile[],
  inClasses: boolean,
): Counts {
  if (test.length > 0) return { train: countFiles(recipe, train), test: countFiles(recipe, test) };
  const [archive] = train;
  if (train.length === 1 && archive && ARCHIVE.test(archive.path))
    return IN_ARCHIVE[recipe] ?? { train: null, test: null };
  const isTest = ({ path }: NamedFile) =>
    (!inClasses && inTestFolder(path)) || (RECORDS.test(path) && isTestFile(path));
  const learns = train.filter((file) => !isTest(file));
  const tests = train.filter(isTest);
  // The reader splits a part that came alone: there is no test set yet, and training gets most of the images.
  if (learns.length === 0 || tests.length === 0) return { train: countFiles(recipe, train), test: null };
  return { train: countFiles(recipe, learns), test: countFiles(recipe, tests) };
}

/** Whether a file lies in a folder that holds the test part of a data set. */
function inTestFolder(path: string): boolean {
  const splits = path
    .split('/')
    .slice(0, -1)
    .map((folder) => splitNameOf(folder)?.split ?? 'train');
  return splits.some((split) => split !== 'train');
}

/** Images in the files of one part; null as soon as one of them cannot be counted without reading it. */
function countFiles(recipe: RecipeId, files: readonly NamedFile[]): number | null {
  const pictures = files.filter(({ path }) => isPicturePath(path)).length;
  const records = files.filter(({ path }) => RECORDS.test(path));
  if (files.some(({ path }) => ARCHIVE.test(path) || /\.(zip|parquet)$/i.test(path))) return null;
  if (recipe === 'stl10' && records.length > 0) {
    const images = records.filter(({ path }) => !/_y\.bin$/i.test(path));
    // If there is an unlabelled split, training takes it, and the labelled one is for k-NN.
    const unlabeled = images.filter(({ path }) => /unlabeled/i.test(path));
    return sum(unlabeled.length > 0 ? unlabeled : images, STL10_IMAGE);
  }
  if (records.length > 0) return sum(records, recipe === 'cifar100' ? CIFAR100_RECORD : CIFAR10_RECORD);
  return pictures === 0 ? null : pictures;
}

function sum(files: readonly NamedFile[], record: number): number {
  return files.reduce((total, { file }) => total + Math.floor(file.size / record), 0);
}

function atMost(count: number | null, limit: number | null): number | null {
  if (count === null) return null;
  return limit === null ? count : Math.min(count, limit);
}

function wordsFor(files: readonly NamedFile[], recipe: RecipeId): string {
  const has = (pattern: RegExp) => files.some(({ path }) => pattern.test(path));
  const named = recipe !== 'imagenet100' || has(/imagenet/i);
  if (has(/\.parquet$/i)) return named ? `${LABELS[recipe]} as parquet` : 'pictures as parquet';
  if (has(/\.zip$/i)) return named ? `${LABELS[recipe]} as a zip` : 'pictures in a zip';
  if (files.some(({ path }) => isPicturePath(path)))
    return named ? `pictures of ${LABELS[recipe]}` : 'pictures';
  return LABELS[recipe];
}

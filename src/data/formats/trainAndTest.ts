import { DataError, type Dataset, type TrainAndTest } from '../images/dataset.ts';
import { holdOut } from '../images/holdOut.ts';
import type { SourceFile } from './files.ts';
import { readFiles } from './readFiles.ts';
import { listed, type ReadOptions, resized } from './reading.ts';

/** Share of the images that is held out if no test set came. */
const HELD_OUT = 0.1;

/**
 * Reads the user's files into what a run needs. If there are test files, `train` is for training and `test`
 * for testing. If not, the names of files, members of archives or folders decide. If they give one part only,
 * a tenth of it is held out as test.
 * @throws DataError as `readFiles`, if there is one image only, or if training and test do not fit together
 */
export async function readTrainAndTest(
  train: readonly SourceFile[],
  test: readonly SourceFile[],
  options: ReadOptions,
): Promise<TrainAndTest> {
  if (test.length > 0) {
    const learn = await readFiles(train, 'train', halfOf(options, 0));
    const tests = await readFiles(test, 'test', halfOf(options, 1));
    const notices = [...(learn.notices ?? []), ...(tests.notices ?? [])];
    return withNotices(together(learn.train, learn.bank, tests.test), notices);
  }
  const found = await readFiles(train, null, options);
  if (found.train && found.test)
    return withNotices(together(found.train, found.bank, found.test), found.notices);
  const only = found.train ?? found.test;
  if (only === undefined || only.count < 2) {
    throw new DataError(
      `${train[0]?.path}: expected 2 images or more, to train on one and test on the other, got ${only?.count ?? 0}. Choose more images.`,
    );
  }
  return withNotices(holdOut(only, HELD_OUT), found.notices);
}

function withNotices(data: TrainAndTest, notices: readonly string[] = []): TrainAndTest {
  return notices.length === 0 ? data : { ...data, notices };
}

/** Two readings share one progress. Each counts as half, whatever its bytes. */
function halfOf({ onProgress, ...options }: ReadOptions, half: 0 | 1): ReadOptions {
  if (onProgress === undefined) return options;
  return {
    ...options,
    onProgress: (done, total) => onProgress(half * total + done, 2 * total),
  };
}

/**
 * Checks that both parts fit one run: images of one side, and one list of classes or none.
 * @throws DataError
 */
function together(
  train: Dataset | undefined,
  bank: Dataset | undefined,
  test: Dataset | undefined,
): TrainAndTest {
  // A reader that is told which part it reads gives that part, or says what is wrong with the files.
  if (train === undefined || test === undefined) throw new Error('a part that was asked for must be read');
  const labelled = bank ?? train;
  const isLabelled = labelled.classes.length > 0 && test.classes.length > 0;
  const tests = resized(isLabelled ? withClasses(test, labelled) : bare(test), train.size);
  const at = { ...tests, recipe: train.recipe };
  // Training keeps its labels beside a test without them: features are exported with them. Labels of the
  // test alone have nothing to be compared with.
  if (!isLabelled) return { train, ...(bank && { bank }), test: at };
  return { train, ...(bank && { bank }), test: at };
}

function bare(dataset: Dataset): Dataset {
  if (dataset.classes.length === 0) return dataset;
  return { ...dataset, classes: [], labels: new Uint8Array(dataset.count) };
}

/**
 * The test set, its labels as indices into the classes that k-NN learns from.
 * @throws DataError if it has other classes
 */
function withClasses(test: Dataset, { classes }: Dataset): Dataset {
  if (test.classes.length === classes.length && test.classes.every((name, i) => name === classes[i]))
    return test;
  const index = test.classes.map((name) => classes.indexOf(name));
  const used = new Set(test.labels);
  const unknown = test.classes.filter((_, label) => index[label] === -1 && used.has(label));
  if (unknown.length > 0) {
    throw new DataError(
      `${test.name}: expected the classes of training (${listed(classes)}) in the test, got others (${listed(unknown)}). ` +
        'Choose training and test images of one data set.',
    );
  }
  return { ...test, classes, labels: test.labels.map((label) => index[label]!) };
}

import { DataError, type Dataset, type TrainAndTest } from '../images/dataset.ts';
import { holdOut } from '../images/holdOut.ts';
import type { SourceFile } from './files.ts';
import { LeftOutQuestion } from './ledger.ts';
import { listed } from './listed.ts';
import { readFiles } from './readFiles.ts';
import { type ReadOptions, resized } from './reading.ts';

/** Share of the images that is held out if no test set came. */
const HELD_OUT = 0.1;

/**
 * Reads the user's files into what a run needs. If there are test files, `train` is for training and `test`
 * for testing. If not, the names of files, members of archives or folders decide. If they give one part only,
 * a tenth of it is held out as test.
 * @throws LeftOutQuestion if the test has classes that training has not, beside others; DataError as
 * `readFiles`, if there is one image only, or if training and test do not fit together
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
    const known = (learn.bank ?? learn.train)?.classes ?? [];
    const one = tests.test && inOneClass(tests.test, tests.within ?? [], known);
    if (one && known.length > 0 !== one.classes.length > 0) {
      const which =
        known.length > 0
          ? `${one.name}: the images to test on`
          : `${learn.train?.name}: the images to train on`;
      notices.push(
        `${which} have no classes, so that no accuracies are measured. One folder alone is no class.`,
      );
    }
    return withNotices(together(learn.train, learn.bank, one, options), notices);
  }
  const found = await readFiles(train, null, options);
  if (found.train && found.test)
    return withNotices(together(found.train, found.bank, found.test, options), found.notices);
  const only = found.train ?? found.test;
  if (only === undefined || only.count < 2) {
    throw new DataError(
      `${train[0]?.path}: expected 2 images or more, to train on one and test on the other, got ${only?.count ?? 0}. Choose more images.`,
    );
  }
  return withNotices(holdOut(only, HELD_OUT), found.notices);
}

function withNotices(data: TrainAndTest, notices: readonly string[] = []): TrainAndTest {
  const all = [...notices, ...(data.notices ?? [])];
  return all.length === 0 ? data : { ...data, notices: all };
}

/**
 * The test set with a class, if all its pictures lie in one folder or archive that is called as a class of
 * training. By itself such a folder says nothing, since all paths share it.
 * @param within names of the folders and archives that hold all its pictures
 */
function inOneClass(test: Dataset, within: readonly string[], known: readonly string[]): Dataset {
  if (test.classes.length > 0) return test;
  const shared = known.filter((name) => within.includes(name));
  return shared.length === 1 ? { ...test, classes: shared } : test;
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
 * @throws LeftOutQuestion, DataError
 */
function together(
  train: Dataset | undefined,
  bank: Dataset | undefined,
  test: Dataset | undefined,
  { useTheRest = false }: Pick<ReadOptions, 'useTheRest'>,
): TrainAndTest {
  // A reader that is told which part it reads gives that part, or says what is wrong with the files.
  if (train === undefined || test === undefined) throw new Error('a part that was asked for must be read');
  const labelled = bank ?? train;
  const isLabelled = labelled.classes.length > 0 && test.classes.length > 0;
  const known = isLabelled ? withClasses(test, labelled, useTheRest) : bare(test);
  const tests = resized(known, train.size);
  const at = { ...tests, recipe: train.recipe };
  const without = test.count - tests.count;
  const images = without === 1 ? '1 image to test on is' : `${without} images to test on are`;
  const notice = `${test.name}: ${images} left out, because training has not their classes.`;
  // Training keeps its labels beside a test without them: features are exported with them. Labels of the
  // test alone have nothing to be compared with.
  return { train, ...(bank && { bank }), test: at, ...(without > 0 && { notices: [notice] }) };
}

function bare(dataset: Dataset): Dataset {
  if (dataset.classes.length === 0) return dataset;
  return { ...dataset, classes: [], labels: new Uint8Array(dataset.count) };
}

/**
 * The test set, its labels as indices into the classes that k-NN learns from.
 * @param useTheRest whether images of other classes are left out
 * @throws LeftOutQuestion if only some of its images have these classes; DataError if none has
 */
function withClasses(test: Dataset, { classes }: Dataset, useTheRest: boolean): Dataset {
  if (test.classes.length === classes.length && test.classes.every((name, i) => name === classes[i]))
    return test;
  const index = test.classes.map((name) => classes.indexOf(name));
  const used = new Set(test.labels);
  const unknown = test.classes.filter((_, label) => index[label] === -1 && used.has(label));
  if (unknown.length === 0) return { ...test, classes, labels: test.labels.map((label) => index[label]!) };
  const kept = Array.from(test.labels.keys()).filter((i) => index[test.labels[i]!] !== -1);
  const expected = `${test.name}: expected the classes of training (${listed(classes)}) in the test, got others (${listed(unknown)})`;
  const advice = 'Choose training and test images of one data set';
  if (kept.length === 0) throw new DataError(`${expected}. ${advice}.`);
  if (!useTheRest) {
    const others = `${test.count - kept.length} of ${test.count} images`;
    throw new LeftOutQuestion(`${expected}, of ${others}. ${advice}, or use the rest as it is.`);
  }
  const bytes = 3 * test.size * test.size;
  const pixels = new Uint8Array(kept.length * bytes);
  for (const [to, from] of kept.entries()) {
    pixels.set(test.pixels.subarray(from * bytes, (from + 1) * bytes), to * bytes);
  }
  const labels = Uint8Array.from(kept, (i) => index[test.labels[i]!]!);
  return { ...test, count: kept.length, pixels, labels, classes };
}

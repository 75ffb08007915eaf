import { DataError, type Dataset } from './dataset.ts';
import {
  type ReadDatasets,
  type ReadOptions,
  type Role,
  readCifar10Files,
  type Sampling,
  type SourceFile,
} from './files.ts';
import { holdOut, type TrainAndTest } from './holdOut.ts';

/** Share of the images that is held out where no test set came. */
const HELD_OUT = 0.1;

/**
 * Reads the user's files into what a run needs. With test files, `train` is for training and `test` for testing.
 * Without, names decide (see `ReadOptions.role`); if they give one part only, a tenth of it is held out as test.
 * @throws DataError as `readCifar10Files`, and if there is one image only
 */
export async function readTrainAndTest(
  train: readonly SourceFile[],
  test: readonly SourceFile[],
  options: Partial<Sampling> & Omit<ReadOptions, 'role' | 'limit'> = {},
): Promise<TrainAndTest> {
  const read = (files: readonly SourceFile[], role?: Role) =>
    readCifar10Files(
      files.map(({ file }) => file),
      { ...options, ...(role && { role }) },
    );
  if (test.length > 0) {
    const learn = part(await read(train, 'train'), 'train');
    return { train: learn, test: part(await read(test, 'test'), 'test') };
  }
  const found = await read(train);
  if (found.train && found.test) return { train: found.train, test: found.test };
  const only = found.train ?? found.test;
  if (only === undefined || only.count < 2) {
    throw new DataError(
      `${train[0]?.path}: expected 2 images or more, to train on one and test on the other, got ${only?.count ?? 0}. Choose a larger file.`,
    );
  }
  return holdOut(only, HELD_OUT);
}

/** With a role given, the reader returns that role or throws; this says so to the compiler. */
function part(found: ReadDatasets, role: Role): Dataset {
  const dataset = found[role];
  if (dataset === undefined) throw new DataError(`No ${role} images were found. Choose other files.`);
  return dataset;
}

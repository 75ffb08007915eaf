import { expect } from 'vitest';
import { decodePicture } from '../../cli/images/decodePicture.ts';
import { type SourceFile, WHOLE } from './files.ts';
import { readFiles } from './readFiles.ts';
import type { ReadOptions } from './reading.ts';
import { readTrainAndTest } from './trainAndTest.ts';

/** The bytes of files by their paths. */
export type Given = Readonly<Record<string, BlobPart>>;

export const fileOf = (path: string, bytes: BlobPart): SourceFile => ({
  path,
  file: new File([bytes], path.split('/').at(-1)!),
});

export const filesOf = (given: Given): SourceFile[] =>
  Object.entries(given).map(([path, bytes]) => fileOf(path, bytes));

/** Reads files as the user would choose them; at least one image must come of them. */
export const readingFiles = (files: readonly SourceFile[], options: Partial<ReadOptions> = {}) => {
  return async () => {
    const found = await readFiles(files, null, { ...WHOLE, decode: decodePicture, ...options });
    expect((found.train?.count ?? 0) + (found.test?.count ?? 0)).toBeGreaterThan(0);
  };
};

export const reading = (given: Given, options: Partial<ReadOptions> = {}) =>
  readingFiles(filesOf(given), options);

/** Reads files to train on and files to test on; both must give images. */
export const readingBoth = (train: Given, test: Given, options: Partial<ReadOptions> = {}) => {
  return async () => {
    const given = { ...WHOLE, decode: decodePicture, ...options };
    const found = await readTrainAndTest(filesOf(train), filesOf(test), given);
    expect(Math.min(found.train.count, found.test.count)).toBeGreaterThan(0);
  };
};

import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { makeFineRecords, makeStlImages } from '../../src/data/formats/records.fixture.ts';
import { cifarTable } from '../../src/data/hub/hub.fixture.ts';
import { pngOf } from '../../src/data/pictures/picture.fixture.ts';
import { CIFAR100, isMissing, PARQUET, type Photo, photos, STL10, TINY } from './realData.ts';

// Files of the data sets that a page reads from disk. Every clone has the made files; the real ones are
// tested in addition if they lie beside the project.

/** A data set in one file, by the real one. */
const REAL_PATHS = { stl10: STL10, cifar100: CIFAR100, parquet: PARQUET } as const;
type FileSet = keyof typeof REAL_PATHS;

/** As many images as the real files have. */
const MAKERS: Readonly<Record<FileSet, () => Uint8Array>> = {
  stl10: () => makeStlImages(246),
  cifar100: () => makeFineRecords(20),
  parquet: () =>
    cifarTable(
      20,
      few((seed) => pngOf(seed, 32)),
    ),
};

/** Where a journey's files come from. */
export interface DataFiles {
  /** The words for them in test titles. */
  readonly title: string;
  /** Path of a data set's file; a made one is written into `folder`. */
  file(set: FileSet, folder: string): string;
  /** The first `each` photos of the first `classes` classes, as PNG of 64 × 64 px: “class-07/2.png”. */
  photos(classes: number, each: number): Promise<readonly Photo[]>;
}

export const MADE: DataFiles = {
  title: '',
  file: (set, folder) => {
    const path = join(folder, basename(REAL_PATHS[set]));
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, MAKERS[set]());
    return path;
  },
  photos: async (classes, each) =>
    Array.from({ length: classes * each }, (_, i) => ({
      path: `class-${String(Math.floor(i / each)).padStart(2, '0')}/${i % each}.png`,
      png: pngOf(i, 64),
    })),
};

const REAL: DataFiles = {
  title: ', with real images',
  file: (set) => REAL_PATHS[set],
  photos,
};

/** Made files of a data set, and the real ones where they are. */
export function filesOf(set: FileSet | 'photos'): readonly DataFiles[] {
  return isMissing(set === 'photos' ? TINY : REAL_PATHS[set]) ? [MADE] : [MADE, REAL];
}

function few<T>(make: (index: number) => T): T[] {
  return Array.from({ length: 20 }, (_, i) => make(i));
}

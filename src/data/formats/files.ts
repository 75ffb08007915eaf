/** A file with its path below the folder that the user gave. A file that came alone has its name only. */
export interface SourceFile {
  readonly path: string;
  /** Name of the folder that the user gave, where the path begins below it. */
  readonly below?: string;
  readonly file: File;
  /** Why it cannot be read, in a whole sentence: its link leads nowhere, or the user may not read it. */
  readonly fault?: string;
  /** Whether it is a link to a folder above it: nothing is missed with it. */
  readonly isRound?: true;
}

/** How much of a data set is read, and how large its pictures become. */
export interface Sampling {
  /**
   * The side to which photographs are cut and resized, pixels. null: images stay as they are if all are
   * squares of one side of at most 96, else they get 64. Records of CIFAR and STL-10 are squares already, so
   * only a number here resizes them.
   */
  readonly side: number | null;
  /** The most images that are kept of each part; null: all. */
  readonly limits: { readonly train: number | null; readonly test: number | null };
}

/** All images as they come. */
export const WHOLE: Sampling = { side: null, limits: { train: null, test: null } };

export type Role = 'train' | 'test';

/** How folders of pictures are read: as classes, or as splits with classes inside. */
export const LAYOUTS = ['classes', 'splits'] as const;
export type LayoutChoice = (typeof LAYOUTS)[number];

/** A file with its path below the folder that it was handed over in; its name where it came alone. */
export interface SourceFile {
  readonly path: string;
  readonly file: File;
}

/** How much of a data set is read, and how large its pictures become. */
export interface Sampling {
  /**
   * Side that photographs are cut to and resized to, pixels. null: as they come where all are squares of one side of
   * at most 96, else 64. Records of CIFAR and STL-10 are squares already: they are resized only when this says so.
   */
  readonly side: number | null;
  /** The most images that are kept of each part; null: all. */
  readonly limits: { readonly train: number | null; readonly test: number | null };
}

/** All images as they come. */
export const WHOLE: Sampling = { side: null, limits: { train: null, test: null } };

export type Role = 'train' | 'test';

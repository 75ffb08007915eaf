import { type Bytes, joined, picture } from './pack.ts';

// Inputs as users give them, with what must come of each on every road: the exact images and labels, or a
// refusal. They are made when they are needed, and the same on every machine.

/** A file of an input. */
export interface InputFile {
  readonly path: string;
  readonly bytes: Bytes;
}

/** One image: the seed of its pixels (`pixelsOf`), or one grey; and its class, null without classes. */
export interface StatedImage {
  readonly seed?: number;
  readonly grey?: number;
  readonly of: string | null;
}

/** What must come of an input. */
export type Stated =
  | {
      readonly train: readonly StatedImage[];
      readonly test?: readonly StatedImage[];
      /** Classes of training in the order of their labels, where the order is no matter of course. */
      readonly classes?: readonly string[];
      /** Pixels; 8 if not given. */
      readonly side?: number;
      /** What is said of it; nothing if not given. */
      readonly notices?: readonly string[];
    }
  /** Words of the refusal. All its words are in refusals.json. */
  | { readonly refused: string };

export interface Input {
  readonly name: string;
  readonly files: () => Promise<readonly InputFile[]> | readonly InputFile[];
  readonly useTheRest?: boolean;
  /** Name of the folder that holds the files; without it they come alone. */
  readonly folder?: string;
  /** Whether each file comes out of a folder of its own, so that paths may be the same. */
  readonly isLoose?: boolean;
  readonly stated: Stated;
}

export const text = (words: string): Bytes => new TextEncoder().encode(words);
export const latin = (bytes: string): Bytes => Uint8Array.from(bytes, (letter) => letter.charCodeAt(0));

/** Paths of pictures with the seeds of their pixels. */
export type Seeds = Readonly<Record<string, number>>;

/** 12 pictures of two classes; seeds 1–12. */
export const CATS_AND_DOGS: Seeds = Object.fromEntries(
  Array.from({ length: 12 }, (_, i) => [`${i < 6 ? 'cat' : 'dog'}/${i % 6}.png`, i + 1]),
);

export const filesOf = (seeds: Seeds): InputFile[] =>
  Object.entries(seeds).map(([path, seed]) => ({ path, bytes: picture(seed) }));

/** The images of some paths, whose class is their last folder. */
export const imagesOf = (seeds: Seeds): StatedImage[] =>
  Object.entries(seeds).map(([path, seed]) => ({
    seed,
    of: path.split('/').at(-2)?.normalize('NFC') ?? null,
  }));

export const HEIC = latin('\0\0\0\x18ftypheic\0\0\0\0mif1heic');
export const HEIC_FILE = joined([HEIC, new Uint8Array(200)]);
export const HEIC_WORDS = 'HEIC (Chrome cannot read them; convert to PNG or JPEG)';

/** What folders and archives may hold, and what must come of it in each of them. */
export interface Content {
  readonly what: string;
  readonly files: readonly InputFile[];
  readonly useTheRest?: boolean;
  /** @param name the name of the data set */
  readonly stated: (name: string) => Stated;
}

import { type ClassList, checkListBytes, inClassFolders, isClassList } from '../formats/classList.ts';
import { recipeOf } from '../formats/classNames.ts';
import type { Role, SourceFile } from '../formats/files.ts';
import { type Reading, readRange, type Splits } from '../formats/reading.ts';
import { DataError, type Dataset } from '../images/dataset.ts';
import { layOut, type PicturePart } from './pictureLayout.ts';
import { decodeInto, type EncodedPicture, PictureSheet } from './pictures.ts';

/** The most bytes of a picture's file. 50 million pixels take less in every format that people train on. */
export const MAX_PICTURE_BYTES = 64 * 2 ** 20;

/** A picture in a folder or in an archive. */
export interface PictureEntry {
  /** Path with folders; it is unique. */
  readonly path: string;
  /** Bytes that are read from the disk for it. */
  readonly size: number;
  /** Bytes that it takes in memory after it is read; an archive's entry is then unpacked. */
  readonly unpacked: number;
  read(): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * The most pictures that are read at once; their bytes in memory are limited as well. One larger picture is
 * read alone.
 */
const AT_ONCE = 32;
const BYTES_AT_ONCE = 32 * 2 ** 20;

/** Reads pictures in folders. @param texts text files that lie beside the pictures @throws DataError */
export async function readPictureFiles(
  files: readonly SourceFile[],
  texts: readonly SourceFile[],
  reading: Reading,
): Promise<Splits> {
  const entries = files.map((source): PictureEntry => {
    const { path, file } = source;
    const { size } = file;
    checkPictureBytes(path, size);
    return { path, size, unpacked: size, read: () => readRange(source, 0, size, reading) };
  });
  const lists: ClassList[] = [];
  for (const source of texts) {
    const { path, file } = source;
    if (!isClassList(path)) continue;
    checkListBytes(path, file.size);
    const silent = { progress: { count() {} }, signal: reading.signal };
    lists.push({ path, text: new TextDecoder().decode(await readRange(source, 0, file.size, silent)) });
  }
  return readEntries(entries, lists, reading);
}

/** @throws DataError if a picture's file claims more bytes than any picture needs */
export function checkPictureBytes(path: string, bytes: number): void {
  if (bytes <= MAX_PICTURE_BYTES) return;
  throw new DataError(
    `${path} is too large: expected a picture of at most ${MAX_PICTURE_BYTES / 2 ** 20} MB, got ${(bytes / 2 ** 20).toFixed(0)} MB. ` +
      'Make it smaller, or take it out of the files.',
  );
}

/**
 * Reads the pictures that the limits keep, and nothing of the others. Lists of classes that lie beside them
 * count. At the start `progress` counts the sizes of all pictures as bytes to read; those of left-out
 * pictures are taken off.
 * @throws DataError if a picture cannot be used
 */
export async function readEntries(
  entries: readonly PictureEntry[],
  lists: readonly ClassList[],
  reading: Reading,
): Promise<Splits> {
  const paths = entries.map(({ path }) => path);
  const layout = layOut(
    reading.name,
    inClassFolders(paths, lists),
    reading.role,
    reading.limits,
    reading.layout,
  );
  const kept = (part: PicturePart | undefined) =>
    part?.pictures.reduce((sum, { index }) => sum + entries[index]!.size, 0) ?? 0;
  const all = entries.reduce((sum, { size }) => sum + size, 0);
  reading.progress.expect(kept(layout.train) + kept(layout.test) - all);
  const splits: { [R in Role]?: Dataset } = {};
  for (const role of ['train', 'test'] as const) {
    const part = layout[role];
    if (part === undefined) continue;
    const builder = new PartBuilder(part, reading);
    const chosen = part.pictures.map(({ index }) => entries[index]!);
    for (const group of groupsOf(chosen)) {
      reading.signal?.throwIfAborted();
      const pictures = await Promise.all(
        group.map(async (entry) => ({ name: entry.path, bytes: await entry.read() })),
      );
      await builder.add(pictures);
    }
    splits[role] = builder.finish();
  }
  return { ...splits, notes: layout.notes };
}

/** Makes the pictures of one role into a data set. */
export class PartBuilder {
  readonly #part: PicturePart;
  readonly #reading: Reading;
  readonly #sheet: PictureSheet;

  constructor(part: PicturePart, reading: Reading) {
    this.#part = part;
    this.#reading = reading;
    this.#sheet = new PictureSheet(reading.name, part.pictures.length, reading.side);
  }

  /** Adds the next pictures, in the part's order. @throws DataError */
  async add(pictures: readonly EncodedPicture[]): Promise<void> {
    await decodeInto(this.#sheet, pictures, this.#reading.decode, this.#reading.signal);
  }

  finish(): Dataset {
    const { pictures, classes } = this.#part;
    const { native, ...pixels } = this.#sheet.finish();
    return {
      name: this.#reading.name,
      count: pictures.length,
      ...pixels,
      labels: Uint8Array.from(pictures, ({ label }) => label),
      classes,
      recipe: recipeOf(native, classes.length),
    };
  }
}

function* groupsOf(entries: readonly PictureEntry[]): Generator<readonly PictureEntry[]> {
  let start = 0;
  let bytes = 0;
  for (let at = 0; at < entries.length; at++) {
    const { unpacked } = entries[at]!;
    if (at > start && (at - start === AT_ONCE || bytes + unpacked > BYTES_AT_ONCE)) {
      yield entries.slice(start, at);
      start = at;
      bytes = 0;
    }
    bytes += unpacked;
  }
  if (start < entries.length) yield entries.slice(start);
}

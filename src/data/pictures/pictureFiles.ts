import {
  keyOf,
  labelIn,
  MAX_LABEL_BYTES,
  sampleLabels,
  silenceNotice,
  UNREAD_LABEL,
} from '../formats/archives/webDataset.ts';
import { type ClassList, checkListBytes } from '../formats/classList.ts';
import { recipeOf } from '../formats/classNames.ts';
import { entryKind } from '../formats/entryKind.ts';
import type { Role, SourceFile } from '../formats/files.ts';
import { keptLabels } from '../formats/keptLabels.ts';
import {
  type ListText,
  listCandidates,
  MAX_LIST_TEXT,
  mayList,
  readLists,
  textIn,
} from '../formats/labelLists.ts';
import { METADATA, type Reason, reasonOf, unreadable } from '../formats/ledger.ts';
import {
  type Counted,
  folderOf,
  type Reading,
  readRange,
  type Splits,
  sharedFolders,
  uncounted,
} from '../formats/reading.ts';
import { layOutPictures } from '../formats/sampleLayout.ts';
import { HEAD_BYTES, kindInPlaceOfPicture } from '../formats/signatures.ts';
import { DataError, type Dataset } from '../images/dataset.ts';
import { countOf, type PicturePart } from './layout/pictureLayout.ts';
import { pictureKind } from './pictureHeader.ts';
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

/** The entry of a file that lies on the disk as it is. */
export function entryOf(source: SourceFile, counter: Counted): PictureEntry {
  const { size } = source.file;
  return { path: source.path, size, unpacked: size, read: () => readRange(source, 0, size, counter) };
}

/** Reads pictures in folders. @param texts text files that lie beside the pictures @throws DataError */
export async function readPictureFiles(
  files: readonly SourceFile[],
  texts: readonly SourceFile[],
  reading: Reading,
): Promise<Splits> {
  const { signal } = reading;
  const silent = uncounted(signal);
  const lists: ClassList[] = [];
  for (const source of texts) {
    const { path, file } = source;
    if (entryKind(path) !== 'list') continue;
    checkListBytes(path, file.size);
    lists.push({ path, text: new TextDecoder().decode(await readRange(source, 0, file.size, silent)) });
  }
  const beside = {
    lists,
    labels: texts.filter(({ path }) => entryKind(path) === 'label').map((source) => entryOf(source, silent)),
    texts: texts.filter(({ path }) => mayList(path)).map((source) => entryOf(source, silent)),
  };
  return readEntries(
    files.map((source) => entryOf(source, reading)),
    beside,
    reading,
  );
}

/** What lies beside pictures and tells their classes. */
export interface Beside {
  readonly lists: readonly ClassList[];
  /** Files that may tell the label of one picture each. */
  readonly labels: readonly PictureEntry[];
  /** Texts that may list pictures with their labels, or name classes. */
  readonly texts: readonly PictureEntry[];
}

/** The fault of a picture's file that claims more bytes than any picture needs; null if it does not. */
export function sizeFault(path: string, bytes: number): DataError | null {
  if (bytes <= MAX_PICTURE_BYTES) return null;
  return new DataError(
    `${path} is too large: expected a picture of at most ${MAX_PICTURE_BYTES / 2 ** 20} MB, got ${(bytes / 2 ** 20).toFixed(0)} MB. ` +
      'Make it smaller, or take it out of the files.',
  );
}

/**
 * Reads the pictures that the limits keep, and nothing of the others. Lists of classes and files of labels
 * that lie beside them count. Pictures that cannot be read are left out. At the start `progress` counts the
 * sizes of all pictures as bytes to read; those of left-out pictures are taken off.
 * @throws LeftOutQuestion if too few are left; DataError if the folders cannot be read
 */
export async function readEntries(
  all: readonly PictureEntry[],
  beside: Beside,
  reading: Reading,
): Promise<Splits> {
  const { ledger, progress } = reading;
  const fitting = all.filter(({ path, unpacked }) => {
    const fault = sizeFault(path, unpacked);
    if (fault !== null) ledger.leaveOut(path, unreadable(fault));
    return fault === null;
  });
  const labels = await readLabels(fitting, beside.labels, reading);
  const known = fitting.map(({ path }) => path);
  const texts = await readTexts(beside.texts, known, reading);
  const lists = readLists(texts, known, ledger);
  const told = ({ path }: PictureEntry) => {
    const label = labels.get(path);
    return label === undefined ? undefined : { label, place: folderOf(path) };
  };
  const { pictures: entries, layout } = layOutPictures(
    fitting,
    { beside: told, lists, texts, classLists: beside.lists },
    reading,
  );
  const kept = (part: PicturePart | undefined) =>
    part?.pictures.reduce((sum, { index }) => sum + entries[index]!.size, 0) ?? 0;
  ledger.choose(countOf(layout));
  progress.expect(kept(layout.train) + kept(layout.test) - all.reduce((sum, { size }) => sum + size, 0));
  const splits: { [R in Role]?: Dataset } = {};
  for (const role of ['train', 'test'] as const) {
    const part = layout[role];
    if (part === undefined) continue;
    const builder = new PartBuilder(part, reading);
    const chosen = part.pictures.map(({ index }) => entries[index]!);
    for (const group of groupsOf(chosen)) {
      reading.signal?.throwIfAborted();
      await builder.add(await Promise.all(group.map(readOne)));
    }
    splits[role] = builder.finish();
  }
  return { ...splits, notices: layout.notices, within: sharedFolders(entries.map(({ path }) => path)) };
}

/** The texts beside pictures that may be lists. The others are metadata. */
async function readTexts(
  texts: readonly PictureEntry[],
  pictures: readonly string[],
  { ledger, signal }: Reading,
): Promise<readonly ListText[]> {
  const small = texts.filter(({ unpacked }) => unpacked <= MAX_LIST_TEXT);
  const candidates = new Set(listCandidates(small, pictures));
  for (const text of texts) if (!candidates.has(text)) ledger.leaveOut(text.path, METADATA);
  const read: ListText[] = [];
  for (const text of candidates) {
    signal?.throwIfAborted();
    const file = await readOne(text);
    if ('fault' in file) ledger.leaveOut(text.path, { ...unreadable(file.fault), group: 'other' });
    else read.push({ path: text.path, text: textIn(file.bytes) });
  }
  return read;
}

/** The labels of pictures by their paths, where files beside them tell it. Other files are metadata. */
async function readLabels(
  pictures: readonly PictureEntry[],
  files: readonly PictureEntry[],
  { name, ledger, signal }: Reading,
): Promise<ReadonlyMap<string, string>> {
  const keys = new Set(pictures.map(({ path }) => keyOf(path)));
  const told: (readonly [path: string, label: string | null])[] = [];
  const mayTell = files.filter(({ path, unpacked }) => {
    const may = keys.has(keyOf(path)) && unpacked <= MAX_LABEL_BYTES;
    if (!may) ledger.leaveOut(path, METADATA);
    return may;
  });
  for (const group of groupsOf(mayTell)) {
    signal?.throwIfAborted();
    const read = await Promise.all(group.map(readOne));
    for (const file of read) {
      told.push([
        file.name,
        'fault' in file ? null : labelIn(file.name, new TextDecoder().decode(file.bytes)),
      ]);
    }
  }
  const paths = pictures.map(({ path }) => path);
  const { labels, unread, silent, unused } = sampleLabels(told, paths);
  for (const path of unread) ledger.leaveOut(path, UNREAD_LABEL);
  for (const path of [...silent, ...unused]) ledger.leaveOut(path, METADATA);
  const notice = labels.size === 0 ? silenceNotice(name, silent, paths) : null;
  if (notice !== null) ledger.notice(notice);
  return labels;
}

/** A picture's bytes, or the fault that hinders from reading them. */
async function readOne(entry: PictureEntry): Promise<EncodedPicture | Unread> {
  try {
    return { name: entry.path, bytes: await entry.read() };
  } catch (fault) {
    if (fault instanceof DataError) return { name: entry.path, fault };
    throw fault;
  }
}

/** A picture whose bytes cannot be read. */
export interface Unread {
  readonly name: string;
  readonly fault: DataError;
}

/** Why a picture is left out whose bytes cannot be decoded. @param fault what the decoder says */
export function reasonOfFault(bytes: Uint8Array, fault: DataError): Reason {
  const other = pictureKind(bytes) === null ? kindInPlaceOfPicture(bytes.subarray(0, HEAD_BYTES)) : null;
  const reason = other === null ? unreadable(fault) : reasonOf(other, true);
  return { ...reason, sentence: fault.message };
}

/** Makes the pictures of one role into a data set. Those that cannot be read are left out. */
export class PartBuilder {
  readonly #part: PicturePart;
  readonly #reading: Reading;
  readonly #sheet: PictureSheet;
  /** Places in the part of the pictures that are left out. */
  readonly #leftOut = new Set<number>();
  #seen = 0;

  constructor(part: PicturePart, reading: Reading) {
    this.#part = part;
    this.#reading = reading;
    this.#sheet = new PictureSheet(reading.name, part.pictures.length, reading.side);
  }

  /** Adds the next pictures, in the part's order. @throws DataError if the memory does not suffice */
  async add(given: readonly (EncodedPicture | Unread)[]): Promise<void> {
    const places: number[] = [];
    const pictures: EncodedPicture[] = [];
    for (const picture of given) {
      const place = this.#seen++;
      if ('fault' in picture) {
        this.#leaveOut(place, picture.name, unreadable(picture.fault));
      } else {
        places.push(place);
        pictures.push(picture);
      }
    }
    const { decode, signal } = this.#reading;
    await decodeInto(this.#sheet, pictures, decode, signal, (index, fault) => {
      const { name, bytes } = pictures[index]!;
      this.#leaveOut(places[index]!, name, reasonOfFault(bytes, fault));
    });
  }

  #leaveOut(place: number, name: string, reason: Reason): void {
    this.#leftOut.add(place);
    this.#reading.ledger.leaveOut(name, reason);
  }

  /** @throws LeftOutQuestion if too few pictures are left */
  finish(): Dataset {
    const { pictures, classes: all } = this.#part;
    const { ledger, name } = this.#reading;
    const { labels, classes, lost } = keptLabels(
      pictures.map(({ label }) => label),
      all,
      this.#leftOut,
    );
    ledger.checkDecoded(
      this.#leftOut.size,
      pictures.length,
      lost.map((label) => all[label] ?? name),
    );
    const { notice } = this.#sheet;
    if (notice !== null) ledger.notice(`${name}: ${notice}`);
    const { native, ...pixels } = this.#sheet.finish();
    return {
      name,
      count: labels.length,
      ...pixels,
      labels,
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

import { DataError, type Dataset } from '../../images/dataset.ts';
import type { DecodeImage } from '../../pictures/decode.ts';
import { reasonOfFault, type Unread } from '../../pictures/pictureFiles.ts';
import { decodeInto, type EncodedPicture, PictureSheet } from '../../pictures/pictures.ts';
import { recipeOf } from '../classNames.ts';
import { keptLabels } from '../keptLabels.ts';
import type { Ledger, Reason } from '../ledger.ts';
import { ahead } from './ahead.ts';
import { classesOf, type Label, labelOf } from './labels.ts';
import { readChunk, type Value } from './pages.ts';
import { type Group, inWords, type ParquetTable, TableError } from './table.ts';

export interface ParquetOptions {
  /** Name of the data set. */
  readonly name: string;
  /** The most rows to keep; null: all. */
  readonly limit: number | null;
  /** As in `Sampling.side`. */
  readonly side: number | null;
  readonly decode: DecodeImage;
  /** Takes the rows without a picture that can be read, which are left out; without it, they are refused. */
  readonly ledger?: Ledger;
  readonly signal?: AbortSignal;
  /**
   * Bytes that were read, of bytes to read. Both may become a little smaller or larger than the plan said.
   */
  readonly onProgress?: (done: number, total: number) => void;
}

/** The first `rows` rows of one row group. */
export interface GroupPart {
  readonly table: ParquetTable;
  readonly group: Group;
  readonly rows: number;
}

/** Which rows are read, and about how many bytes of the files they take. */
export interface ParquetPlan {
  readonly parts: readonly GroupPart[];
  readonly rows: number;
  readonly bytes: number;
}

/** Row groups that are read ahead of the one whose pictures are decoded. */
const READ_AHEAD = 3;
/** Arrow ends a page at 1 MB, and only whole pages can be read. */
const PAGE_BYTES = 1.25 * 2 ** 20;
/** Columns whose distance is at most this many bytes are read by one range. */
const GAP_BYTES = 2 ** 18;

/**
 * The rows to read if at most `limit` are wanted. They lie in row groups at even distances over all tables.
 * If every group mixes the classes, as few groups as hold the rows are read. If the tables are sorted by
 * class, which the writer's statistics tell, a few rows of every group are read: that costs more bytes for a
 * row, and keeps all classes.
 */
export function planParquet(tables: readonly ParquetTable[], limit: number | null): ParquetPlan {
  const groups = tables.flatMap((table) => table.groups.map((group) => ({ table, group })));
  const all = groups.reduce((sum, { group }) => sum + group.rows, 0);
  const wanted = Math.min(all, limit ?? all);
  const enough = Math.max(1, Math.ceil(wanted / (all / Math.max(1, groups.length))));
  const count = Math.min(groups.length, isSorted(groups.map(({ group }) => group)) ? wanted : enough);
  const chosen = spread(groups, count);
  // Groups differ in size. Other groups give what a small one lacks; if that is not enough, groups between
  // the chosen ones are added.
  const rows = shares(
    chosen.map(({ group }) => group.rows),
    wanted,
  );
  const parts = chosen.map((part, i) => ({ ...part, rows: rows[i]! })).filter((part) => part.rows > 0);
  const taken = new Set(chosen);
  let missing = wanted - parts.reduce((sum, part) => sum + part.rows, 0);
  for (const part of groups) {
    if (missing === 0) break;
    if (taken.has(part)) continue;
    const more = Math.min(missing, part.group.rows);
    parts.push({ ...part, rows: more });
    missing -= more;
  }
  const order = new Map(groups.map(({ group }, i) => [group, i]));
  parts.sort((a, b) => order.get(a.group)! - order.get(b.group)!);
  return { parts, rows: wanted, bytes: parts.reduce((sum, part) => sum + rangeBytes(part), 0) };
}

/**
 * Reads pictures and labels from tables in the layout of Hugging Face. One or more shards give one data set,
 * in their order. Every row group takes one range. Labels are read as `labelOf` and `classesOf` say.
 * @throws TableError if a table is damaged, or its labels cannot be used; DataError if a picture cannot be
 *   used and there is no ledger, or there are too many bytes; LeftOutQuestion if too few are left; whatever
 *   the file's `slice` throws; the signal's reason when aborted
 */
export async function readParquet(
  tables: readonly ParquetTable[],
  options: ParquetOptions,
): Promise<Dataset> {
  const { name, limit, side, decode, ledger, signal, onProgress } = options;
  const plan = planParquet(tables, limit);
  if (plan.rows === 0)
    throw new DataError(`${name} is empty: expected rows with pictures, got none. Choose another table.`);
  const sheet = new PictureSheet(name, plan.rows, side);
  const labels: Label[] = [];
  /** Places of the rows that are left out. */
  const leftOut = new Set<number>();
  let done = 0;
  const count = (bytes: number) => {
    done += bytes;
    onProgress?.(done, Math.max(done, plan.bytes));
  };
  for await (const rows of ahead(plan.parts, READ_AHEAD, (part) => readPart(part, count, signal))) {
    signal?.throwIfAborted();
    const first = labels.length;
    const given: EncodedPicture[] = [];
    const places: number[] = [];
    for (const [i, picture] of rows.pictures.entries()) {
      if ('fault' in picture) {
        if (ledger === undefined) throw picture.fault;
        ledger.leaveOut(picture.name, { ...WITHOUT_PICTURE, sentence: picture.fault.message });
        leftOut.add(first + i);
      } else {
        given.push(picture);
        places.push(first + i);
      }
    }
    const leaveOut = (index: number, fault: DataError) => {
      const { name: row, bytes } = given[index]!;
      ledger?.leaveOut(row, reasonOfFault(bytes, fault));
      leftOut.add(places[index]!);
    };
    await decodeInto(sheet, given, decode, signal, ledger && leaveOut);
    for (const label of rows.labels) labels.push(label);
  }
  if (leftOut.size === labels.length) ledger?.checkDecoded(leftOut.size, labels.length, []);
  const { notice } = sheet;
  if (notice !== null) ledger?.notice(`${name}: ${notice}`);
  const { native, ...pixels } = sheet.finish();
  const all = ofTables(tables, () => classesOf(name, tables, labels, native));
  const { lost, ...kept } = keptLabels(all.labels, all.classes, leftOut);
  ledger?.checkDecoded(
    leftOut.size,
    labels.length,
    lost.map((label) => all.classes[label] ?? name),
  );
  return {
    name,
    count: kept.labels.length,
    ...pixels,
    ...kept,
    recipe: recipeOf(native, kept.classes.length),
  };
}

const WITHOUT_PICTURE: Reason = {
  label: 'row without a picture',
  plural: 'rows without a picture',
  advice: 'fill them, or take them out',
  group: 'picture',
};

/**
 * Whether most row groups hold few of the labels that occur. It is false if the writer stored no label
 * ranges.
 */
function isSorted(groups: readonly Group[]): boolean {
  // Names have no distance: a table is sorted by them if most of its groups hold one name each.
  if (groups.length > 1 && groups.filter(({ uniform }) => uniform).length > groups.length / 2) return true;
  const ranges = groups.flatMap(({ labelRange }) => (labelRange === null ? [] : [labelRange]));
  if (ranges.length < 2 || ranges.length < groups.length) return false;
  const lowest = ranges.reduce((least, [from]) => Math.min(least, from), Number.POSITIVE_INFINITY);
  const highest = ranges.reduce((most, [, to]) => Math.max(most, to), Number.NEGATIVE_INFINITY);
  const mean = ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0) / ranges.length;
  return highest > lowest && mean < (highest - lowest + 1) / 2;
}

/** `count` of the items, at even distances. */
function spread<T>(items: readonly T[], count: number): T[] {
  return Array.from({ length: count }, (_, i) => items[Math.floor(((i + 0.5) * items.length) / count)]!);
}

/** Splits `wanted` over parts that hold at most `sizes`, as evenly as the sizes allow. */
function shares(sizes: readonly number[], wanted: number): number[] {
  const given = sizes.map(() => 0);
  const bySize = sizes.map((size, i) => ({ size, i })).sort((a, b) => a.size - b.size);
  let left = wanted;
  bySize.forEach(({ size, i }, done) => {
    given[i] = Math.min(size, Math.ceil(left / (bySize.length - done)));
    left -= given[i]!;
  });
  return given;
}

/** Bytes of the image column that are read first. */
function firstBytes({ group, rows }: GroupPart): number {
  const size = group.images.end - group.images.start;
  if (rows === group.rows) return size;
  return Math.min(size, Math.ceil((1.1 * size * rows) / group.rows + PAGE_BYTES));
}

function rangeBytes(part: GroupPart): number {
  const { labels } = part.group;
  return firstBytes(part) + (labels === null ? 0 : labels.end - labels.start);
}

interface Rows {
  readonly pictures: (EncodedPicture | Unread)[];
  readonly labels: Label[];
}

async function readPart(
  { table, group, rows }: GroupPart,
  count: (bytes: number) => void,
  signal: AbortSignal | undefined,
): Promise<Rows> {
  const { images, labels } = group;
  const read = async (start: number, end: number) => {
    signal?.throwIfAborted();
    const bytes = new Uint8Array(await table.file.slice(start, end));
    if (bytes.length < end - start) {
      throw new TableError(
        `${table.name}: expected ${end - start} bytes at ${start}, got ${bytes.length}. Choose it again.`,
        table.name,
      );
    }
    count(end - start);
    return bytes.subarray(0, end - start);
  };
  const size = images.end - images.start;
  const first = firstBytes({ table, group, rows });
  let imageBytes: Uint8Array<ArrayBuffer>;
  let labelBytes: Uint8Array<ArrayBuffer> | null;
  if (labels !== null && first === size && isClose(images, labels)) {
    const start = Math.min(images.start, labels.start);
    const both = await read(start, Math.max(images.end, labels.end));
    imageBytes = both.subarray(images.start - start, images.end - start);
    labelBytes = both.subarray(labels.start - start, labels.end - start);
  } else {
    imageBytes = await read(images.start, images.start + first);
    labelBytes = labels === null ? null : await read(labels.start, labels.end);
  }
  const decodeChunk = (whole: boolean) =>
    inWords(table.name, () => readChunk(imageBytes, table.image, images.codec, rows, whole));
  let values = decodeChunk(first === size);
  if (values.length < rows && first < size) {
    const rest = await read(images.start + first, images.end);
    const joined = new Uint8Array(size);
    joined.set(imageBytes);
    joined.set(rest, first);
    imageBytes = joined;
    values = decodeChunk(true);
  }
  const { label } = table;
  const found =
    labels === null || labelBytes === null || label === null
      ? values.map(() => null)
      : inWords(table.name, () => readChunk(labelBytes, label, labels.codec, rows, true)).map((value) =>
          labelOf(table.name, label.type, value),
        );
  if (values.length < rows || found.length < rows) {
    throw new TableError(
      `${table.name} is damaged: expected ${group.rows} rows in a group, got ${Math.min(values.length, found.length)}. Download the file again.`,
      table.name,
    );
  }
  const before = table.groups.slice(0, table.groups.indexOf(group)).reduce((sum, one) => sum + one.rows, 0);
  return { pictures: values.map((value, i) => picture(table.name, value, before + i)), labels: found };
}

/** Whether one range for both columns reads few other bytes. */
function isClose(a: { start: number; end: number }, b: { start: number; end: number }): boolean {
  const gap = Math.max(a.start, b.start) - Math.min(a.end, b.end);
  return gap >= 0 && gap <= GAP_BYTES;
}

/** @param row counted from 0, in the whole table */
function picture(name: string, value: Value, row: number): EncodedPicture | Unread {
  const called = `${name}: row ${row}`;
  if (value instanceof Uint8Array) return { name: called, bytes: value };
  const words = `${name}: expected a picture in every row, got none in row ${row}. Leave that row out.`;
  return { name: called, fault: new TableError(words, name) };
}

/** Does work on several tables together. Its DataErrors become errors of these tables. @throws TableError */
function ofTables<T>(tables: readonly ParquetTable[], work: () => T): T {
  try {
    return work();
  } catch (fault) {
    if (!(fault instanceof DataError)) throw fault;
    throw new TableError(fault.message, tables.length === 1 ? tables[0]!.name : null);
  }
}

import { type FileMetaData, parquetMetadata, type RowGroup } from 'hyparquet';
import { DataError } from '../../images/dataset.ts';
import { type Column, type ColumnChunk, listsError, UnreadPage } from './pages.ts';
import { checkStruct } from './thriftGuard.ts';

/** A file that is read by ranges, on disk or remote. */
export interface AsyncBuffer {
  readonly byteLength: number;
  /** The bytes from `start` up to, but not including, `end`. */
  slice(start: number, end: number): ArrayBuffer | Promise<ArrayBuffer>;
}

/** Some rows that lie together, with their bytes in the file. */
export interface Group {
  readonly rows: number;
  readonly images: ColumnChunk;
  readonly labels: ColumnChunk | null;
  /** Smallest and largest label, if the writer stored them. */
  readonly labelRange: readonly [number, number] | null;
  /** Whether the writer noted that all its labels are one name. */
  readonly uniform: boolean;
}

/**
 * A table of pictures in the layout that Hugging Face writes: a struct {bytes, path} or plain bytes, and a
 * label.
 */
export interface ParquetTable {
  readonly name: string;
  readonly file: AsyncBuffer;
  readonly rows: number;
  readonly groups: readonly Group[];
  readonly image: Column;
  /** null: nobody labelled the pictures. */
  readonly label: Column | null;
  /** Names of the classes from the file's own description; null if it has none. */
  readonly classNames: readonly string[] | null;
}

/** The error for a table that is damaged, cut off, or no table of pictures. */
export class TableError extends DataError {
  constructor(
    message: string,
    /** The table's name; null if it may be any of the tables that are read together. */
    readonly table: string | null,
  ) {
    super(message);
  }
}

/** The error for a table that is whole, and of something else than pictures. */
export class NoPicturesError extends TableError {}

/**
 * Bytes that are read first, the same as hyparquet takes. Most footers and all of a small file are within
 * them.
 */
const FIRST_READ = 2 ** 19;
const MAX_FOOTER = 64 * 2 ** 20;
const MAX_ROWS = 2 ** 27;

/** Names of columns with pictures and with labels, in order of preference (CIFAR-100: the fine labels). */
const IMAGE_NAMES = ['img', 'image'];
const LABEL_NAMES = ['fine_label', 'label', 'labels'];

/**
 * Reads a parquet file's footer and finds the pictures and the labels in it.
 * @throws TableError if it is no parquet file, damaged, or without pictures; whatever `file.slice` throws
 */
export async function openParquet(name: string, file: AsyncBuffer): Promise<ParquetTable> {
  const footer = await readFooter(name, file);
  return inWords(name, () => describe(name, file, footer));
}

/** Runs a parser of the file's bytes and turns its errors into errors of the table. @throws TableError */
export function inWords<T>(name: string, parse: () => T): T {
  try {
    return parse();
  } catch (fault) {
    if (fault instanceof DataError) throw fault;
    if (fault instanceof UnreadPage) throw new TableError(`${name}: ${fault.message}`, name);
    throw new TableError(
      `${name} is damaged, or no parquet file that can be read: expected a table of pictures as Hugging Face writes it, ` +
        `got “${fault instanceof Error ? fault.message : fault}”. Download the file again.`,
      name,
    );
  }
}

/** The footer, with the length and the magic number after it. */
async function readFooter(name: string, file: AsyncBuffer): Promise<Uint8Array<ArrayBuffer>> {
  const { byteLength } = file;
  const start = Math.max(0, byteLength - FIRST_READ);
  const tail = new Uint8Array(await file.slice(start, byteLength));
  if (tail.length !== byteLength - start) throw cutOff(name, byteLength - start, tail.length);
  const magic = String.fromCharCode(...tail.subarray(-4));
  if (tail.length < 12 || magic !== 'PAR1') {
    throw new TableError(
      `${name} is truncated or no parquet file: expected PAR1 as its last bytes, got ${byteLength} bytes without it. ` +
        'Download the file again.',
      name,
    );
  }
  const size = new DataView(tail.buffer).getUint32(tail.length - 8, true);
  if (size > Math.min(byteLength - 12, MAX_FOOTER)) {
    throw new TableError(
      `${name} is damaged: expected a footer of at most ${Math.min(byteLength - 12, MAX_FOOTER)} bytes, ` +
        `got one that claims ${size}. Download the file again.`,
      name,
    );
  }
  if (size + 8 <= tail.length) return tail.slice(-(size + 8));
  const first = byteLength - size - 8;
  const head = new Uint8Array(await file.slice(first, start));
  if (head.length !== start - first) throw cutOff(name, start - first, head.length);
  const footer = new Uint8Array(size + 8);
  footer.set(head);
  footer.set(tail, head.length);
  return footer;
}

function cutOff(name: string, expected: number, got: number): TableError {
  return new TableError(
    `${name}: expected ${expected} bytes of the file, got ${got}. Choose it again.`,
    name,
  );
}

function describe(name: string, file: AsyncBuffer, footer: Uint8Array<ArrayBuffer>): ParquetTable {
  checkStruct(footer, 0);
  const metadata = parquetMetadata(footer, { geoparquet: false });
  const features = featuresOf(metadata);
  const top = topColumns(metadata);
  const pick = (names: readonly string[], type: string) =>
    names.find((wanted) => top.has(wanted)) ??
    [...top.keys()].find((wanted) => features.get(wanted)?.type === type && !/coarse/.test(wanted));
  const imageName = pick(IMAGE_NAMES, 'Image');
  if (imageName === undefined) {
    throw new NoPicturesError(
      `${name} holds no pictures: expected a column “img” or “image”, got ${[...top.keys()].slice(0, 8).join(', ') || 'no columns'}. ` +
        'Choose a table of pictures.',
      name,
    );
  }
  const labelName = pick(LABEL_NAMES, 'ClassLabel');
  const imagePath = top.get(imageName) === true ? [imageName, 'bytes'] : [imageName];
  const image = column(metadata, imagePath);
  const label = labelName === undefined ? null : column(metadata, [labelName]);
  if (image.type !== 'BYTE_ARRAY') {
    throw new TableError(
      `${name}: expected pictures as bytes, got ${image.type}. ` +
        'Choose a table in the layout of Hugging Face.',
      name,
    );
  }
  const groups = metadata.row_groups.map((group): Group => {
    const rows = whole(group.num_rows, MAX_ROWS, 'the rows of a group');
    const labels = labelName === undefined ? null : chunk(name, file, group, [labelName]);
    const images = chunk(name, file, group, imagePath);
    return {
      rows,
      images: images.chunk,
      labels: labels?.chunk ?? null,
      labelRange: labels?.range ?? null,
      uniform: labels?.uniform ?? false,
    };
  });
  const rows = groups.reduce((sum, group) => sum + group.rows, 0);
  if (rows > MAX_ROWS || BigInt(rows) !== metadata.num_rows) {
    throw new RangeError(`${metadata.num_rows} rows claimed, ${rows} in its groups`);
  }
  const classNames = labelName === undefined ? null : (features.get(labelName)?.names ?? null);
  return { name, file, rows, groups: groups.filter((group) => group.rows > 0), image, label, classNames };
}

/** The columns at the top level by name; true: the column is a struct. */
function topColumns({ schema }: FileMetaData): ReadonlyMap<string, boolean> {
  const top = new Map<string, boolean>();
  let at = 1;
  const skip = (): void => {
    const children = schema[at++]?.num_children ?? 0;
    for (let i = 0; i < children && at < schema.length; i++) skip();
  };
  while (at < schema.length) {
    const { name, num_children } = schema[at]!;
    top.set(name, (num_children ?? 0) > 0);
    skip();
  }
  return top;
}

function column({ schema }: FileMetaData, path: readonly string[]): Column {
  let at = schema.findIndex((element, i) => i > 0 && element.name === path[0]);
  const way = [schema[at]!];
  if (path.length === 2) {
    const children = way[0]!.num_children ?? 0;
    const field = schema.slice(at + 1, at + 1 + children).findIndex(({ name }) => name === path[1]);
    if (field < 0) throw new RangeError(`the column “${path[0]}” has no field “${path[1]}”`);
    at += 1 + field;
    way.push(schema[at]!);
  }
  const inside = schema.slice(at + 1, at + 1 + (way.at(-1)!.num_children ?? 0));
  if ([...way, ...inside].some(({ repetition_type }) => repetition_type === 'REPEATED')) {
    throw listsError(`the column “${path[0]}”`);
  }
  const { type } = way.at(-1)!;
  if (!isRead(type)) {
    throw new UnreadPage(
      `the column “${path.join('.')}” is of type ${type ?? 'struct'}, which is not read here. Write labels as whole numbers, booleans or names, and pictures as bytes.`,
    );
  }
  return { type, maxLevel: way.filter(({ repetition_type }) => repetition_type === 'OPTIONAL').length };
}

function chunk(
  name: string,
  file: AsyncBuffer,
  group: RowGroup,
  path: readonly string[],
): { chunk: ColumnChunk; range: readonly [number, number] | null; uniform: boolean } {
  const found = group.columns.find(({ meta_data }) => meta_data?.path_in_schema.join('.') === path.join('.'));
  const meta = found?.meta_data;
  if (!meta || found.file_path) throw new RangeError(`a group without the column “${path.join('.')}”`);
  if (meta.codec !== 'SNAPPY' && meta.codec !== 'UNCOMPRESSED') {
    throw new TableError(
      `${name} is packed with ${meta.codec}: expected Snappy, as Hugging Face packs, or nothing. Pack it again with Snappy.`,
      name,
    );
  }
  const first = meta.dictionary_page_offset || meta.data_page_offset;
  const start = whole(first, file.byteLength, 'where a column begins');
  const size = whole(meta.total_compressed_size, file.byteLength - start, 'the size of a column');
  const statistics = meta.statistics;
  const ends = [statistics?.min_value ?? statistics?.min, statistics?.max_value ?? statistics?.max];
  const [least = null, most = null] = ends.map(label);
  const [from, to] = ends.map(text);
  return {
    chunk: { codec: meta.codec, start, end: start + size },
    range: least === null || most === null ? null : [least, most],
    uniform: from !== null && from === to,
  };
}

function label(value: unknown): number | null {
  return typeof value === 'bigint' || typeof value === 'number' ? Number(value) : null;
}

/** A name in a writer's notes: as text, or as bytes where the column is not said to be text. */
function text(value: unknown): string | null {
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  return typeof value === 'string' ? value : null;
}

function isRead(type: string | undefined): type is Column['type'] {
  return ['BYTE_ARRAY', 'INT32', 'INT64', 'FLOAT', 'DOUBLE', 'BOOLEAN'].some((known) => known === type);
}

function whole(value: bigint, most: number, what: string): number {
  if (value >= 0n && value <= BigInt(most)) return Number(value);
  throw new RangeError(`${what} is given as ${value}`);
}

interface Feature {
  readonly type: string;
  readonly names: readonly string[] | null;
}

/** The columns in Hugging Face's own description; empty if there is none, or it is no JSON. */
function featuresOf({ key_value_metadata }: FileMetaData): ReadonlyMap<string, Feature> {
  const found = new Map<string, Feature>();
  const text = key_value_metadata?.find(({ key }) => key === 'huggingface')?.value;
  if (text === undefined) return found;
  const features = field(field(parseJson(text), 'info'), 'features');
  if (typeof features !== 'object' || features === null) return found;
  for (const [name, feature] of Object.entries(features)) {
    const type = field(feature, '_type');
    if (typeof type === 'string') found.set(name, { type, names: namesOf(field(feature, 'names')) });
  }
  return found;
}

/** Class names from a list or, in older files, from an object with numbers as keys. */
function namesOf(names: unknown): readonly string[] | null {
  if (typeof names !== 'object' || names === null) return null;
  const list: unknown[] = Array.isArray(names)
    ? names
    : Object.keys(names).map((_, i) => field(names, String(i)));
  return list.every((name) => typeof name === 'string') && list.length > 0 ? list : null;
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

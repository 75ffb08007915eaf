import { parquetHeader } from 'hyparquet/src/column.js';
import { unpackSnappy } from './snappy.ts';
import { checkStruct } from './thriftGuard.ts';

/** A column of a flat table, or of a struct in one. It has no lists, so no value repeats. */
export interface Column {
  readonly type: 'BYTE_ARRAY' | 'INT32' | 'INT64' | 'FLOAT' | 'DOUBLE' | 'BOOLEAN';
  /**
   * How many elements on the column's path may be absent. A value is present if its level equals this number.
   */
  readonly maxLevel: number;
}

/** A column's part in one row group. */
export interface ColumnChunk {
  readonly codec: 'UNCOMPRESSED' | 'SNAPPY';
  /** Where its pages begin in the file. */
  readonly start: number;
  readonly end: number;
}

/** A value of a column; null if it is absent. A boolean is 1 or 0. Bytes share memory with their page. */
export type Value = Uint8Array<ArrayBuffer> | number | null;

/**
 * The pages are whole, but of a kind that is not read. The message follows the table's name, and says what to
 * do.
 */
export class UnreadPage extends RangeError {}

/**
 * Bytes that no page of a table of small pictures comes near. Arrow's pages have at most 1 MB plus one value.
 */
export const MAX_PAGE_BYTES = 256 * 2 ** 20;

/** One class for each picture is all that evaluation knows. */
export function listsError(column: string): UnreadPage {
  return new UnreadPage(
    `${column} holds lists, where one value a row was expected. Write one label for each picture, or leave the column out.`,
  );
}

interface Page {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly count: number;
  readonly encoding: string;
  /** Levels of the values; null if all values are present. */
  readonly levels: Uint8Array | null;
  /** Where the values begin in `bytes`. */
  readonly at: number;
}

/**
 * The first `rows` values of a column chunk, or as many as `bytes` holds: a page that is cut off is left out.
 * hyparquet parses the page headers. Levels, indices and values are read here, because hyparquet expands runs
 * of any claimed length. Encodings: PLAIN and dictionaries, in data pages of versions 1 and 2, which is what
 * Arrow writes.
 * @param bytes the chunk's bytes from its start
 * @param whole whether `bytes` is the whole chunk; then a page that is cut off is an error
 * @throws RangeError if a page is damaged, or of a kind that is not read
 */
export function readChunk(
  bytes: Uint8Array<ArrayBuffer>,
  { type, maxLevel }: Column,
  codec: ColumnChunk['codec'],
  rows: number,
  whole: boolean,
): Value[] {
  const values: Value[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let dictionary: Value[] = [];
  let at = 0;
  while (values.length < rows && at < bytes.length) {
    const header = readHeader(bytes, view, at, whole);
    if (header === null) break;
    const end = header.end + header.packedSize;
    if (end > bytes.length) {
      if (whole) throw new RangeError(`a page of ${header.packedSize} bytes reaches behind its column`);
      break;
    }
    const packed = bytes.subarray(header.end, end);
    at = end;
    if (header.kind === 'dictionary') {
      const plain = unpack(packed, header.size, codec);
      dictionary = plainValues(plain, 0, type, header.count);
    } else if (header.kind === 'data') {
      const page = openPage(packed, header, codec, maxLevel);
      for (const value of pageValues(page, type, maxLevel, dictionary)) values.push(value);
    }
  }
  return values.length > rows ? values.slice(0, rows) : values;
}

interface Header {
  readonly kind: 'data' | 'dictionary' | 'other';
  /** Bytes of the page as it is stored, and after it is unpacked. */
  readonly packedSize: number;
  readonly size: number;
  readonly count: number;
  readonly encoding: string;
  /**
   * Version 2 only: the bytes of the levels, which are never packed, and whether the values are packed. null:
   * version 1.
   */
  readonly version2: { readonly levels: number; readonly packed: boolean } | null;
  /** Offset of the first byte after the header. */
  readonly end: number;
}

/** The header of the page at `at`. It is null if the header is cut off, unless `bytes` is the whole chunk. */
function readHeader(bytes: Uint8Array, view: DataView, at: number, whole: boolean): Header | null {
  let end: number;
  try {
    end = checkStruct(bytes, at);
  } catch (fault) {
    if (whole) throw fault;
    return null;
  }
  const header = parquetHeader({ view, offset: at });
  const version1 = header.data_page_header;
  const version2 = header.data_page_header_v2;
  const size = whole32(header.uncompressed_page_size, 'a page');
  const packedSize = whole32(header.compressed_page_size, 'a page');
  const common = { packedSize, size, end };
  if (header.type === 'DATA_PAGE' && version1) {
    const count = whole32(version1.num_values, 'values');
    return { ...common, kind: 'data', count, encoding: version1.encoding, version2: null };
  }
  if (header.type === 'DATA_PAGE_V2' && version2) {
    if (version2.repetition_levels_byte_length !== 0) {
      throw listsError('a column');
    }
    const levels = whole32(version2.definition_levels_byte_length, 'levels');
    const count = whole32(version2.num_values, 'values');
    const packed = version2.is_compressed !== false;
    return { ...common, kind: 'data', count, encoding: version2.encoding, version2: { levels, packed } };
  }
  if (header.type === 'DICTIONARY_PAGE' && header.dictionary_page_header) {
    const count = whole32(header.dictionary_page_header.num_values, 'values');
    return { ...common, kind: 'dictionary', count, encoding: 'PLAIN', version2: null };
  }
  return { ...common, kind: 'other', count: 0, encoding: '', version2: null };
}

function whole32(value: number, what: string): number {
  if (Number.isInteger(value) && value >= 0 && value <= MAX_PAGE_BYTES) return value;
  throw new RangeError(`a page claims ${value} as the size of ${what}`);
}

function unpack(
  packed: Uint8Array<ArrayBuffer>,
  size: number,
  codec: ColumnChunk['codec'],
): Uint8Array<ArrayBuffer> {
  if (codec === 'SNAPPY') return unpackSnappy(packed, size);
  if (packed.length !== size)
    throw new RangeError(`a page has ${packed.length} bytes where ${size} were claimed`);
  return packed;
}

/** The unpacked page with its levels, which are read. */
function openPage(
  packed: Uint8Array<ArrayBuffer>,
  { size, count, encoding, version2 }: Header,
  codec: ColumnChunk['codec'],
  maxLevel: number,
): Page {
  const width = 32 - Math.clz32(maxLevel);
  if (version2 === null) {
    const bytes = unpack(packed, size, codec);
    if (maxLevel === 0) return { bytes, count, encoding, levels: null, at: 0 };
    const length = uint32(bytes, 0);
    if (length > bytes.length - 4) throw new RangeError(`levels claim ${length} bytes of ${bytes.length}`);
    const levels = readRuns(bytes.subarray(4, 4 + length), width, count);
    return { bytes, count, encoding, levels: Uint8Array.from(levels), at: 4 + length };
  }
  if (version2.levels > Math.min(packed.length, size)) {
    throw new RangeError(`levels claim ${version2.levels} bytes of ${packed.length}`);
  }
  const body = packed.subarray(version2.levels);
  const bytes = version2.packed ? unpack(body, size - version2.levels, codec) : body;
  const levels =
    maxLevel === 0 ? null : Uint8Array.from(readRuns(packed.subarray(0, version2.levels), width, count));
  return { bytes, count, encoding, levels, at: 0 };
}

function pageValues(
  { bytes, count, encoding, levels, at }: Page,
  type: Column['type'],
  maxLevel: number,
  dictionary: readonly Value[],
): Value[] {
  const there =
    levels === null ? count : levels.reduce((sum, level) => sum + (level === maxLevel ? 1 : 0), 0);
  const dense = denseValues(bytes, at, encoding, type, there, dictionary);
  if (levels === null || there === count) return dense;
  let next = 0;
  return Array.from(levels, (level) => (level === maxLevel ? dense[next++]! : null));
}

function denseValues(
  bytes: Uint8Array<ArrayBuffer>,
  at: number,
  encoding: string,
  type: Column['type'],
  count: number,
  dictionary: readonly Value[],
): Value[] {
  if (count === 0) return [];
  if (encoding === 'PLAIN') return plainValues(bytes, at, type, count);
  // Booleans in data pages of version 2; their runs begin with the number of their bytes.
  if (encoding === 'RLE' && type === 'BOOLEAN') return [...readRuns(bytes.subarray(at + 4), 1, count)];
  if (encoding !== 'RLE_DICTIONARY' && encoding !== 'PLAIN_DICTIONARY') {
    throw new UnreadPage(
      `its values are in the encoding ${encoding}: expected PLAIN or a dictionary. Write it again with these, as pandas and pyarrow do by themselves.`,
    );
  }
  const width = bytes[at];
  if (width === undefined || width > 32) throw new RangeError(`indices of ${width} bits`);
  const indices = readRuns(bytes.subarray(at + 1), width, count);
  return Array.from(indices, (index) => {
    const value = dictionary[index];
    if (value === undefined) throw new RangeError(`index ${index} in a dictionary of ${dictionary.length}`);
    return value;
  });
}

/** Bytes of a value, or of the shortest one. */
const LEAST_BYTES: Readonly<Record<Column['type'], number>> = {
  ...{ BYTE_ARRAY: 4, INT32: 4, INT64: 8, FLOAT: 4, DOUBLE: 8, BOOLEAN: 1 / 8 },
};

function plainValues(
  bytes: Uint8Array<ArrayBuffer>,
  start: number,
  type: Column['type'],
  count: number,
): Value[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (count * LEAST_BYTES[type] > bytes.length - start) {
    throw new RangeError(`a page of ${bytes.length} bytes claims ${count} values`);
  }
  if (type === 'INT32') return Array.from({ length: count }, (_, i) => view.getInt32(start + 4 * i, true));
  if (type === 'INT64') {
    return Array.from({ length: count }, (_, i) => Number(view.getBigInt64(start + 8 * i, true)));
  }
  if (type === 'FLOAT') return Array.from({ length: count }, (_, i) => view.getFloat32(start + 4 * i, true));
  if (type === 'DOUBLE') return Array.from({ length: count }, (_, i) => view.getFloat64(start + 8 * i, true));
  if (type === 'BOOLEAN')
    return Array.from({ length: count }, (_, i) => (bytes[start + (i >> 3)]! >> (i & 7)) & 1);
  let at = start;
  return Array.from({ length: count }, () => {
    const length = uint32(bytes, at);
    if (length > bytes.length - at - 4) throw new RangeError(`a value claims ${length} bytes`);
    at += 4 + length;
    return bytes.subarray(at - length, at);
  });
}

function uint32(bytes: Uint8Array, at: number): number {
  if (at + 4 > bytes.length) throw new RangeError('a page ends within a number');
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

/**
 * The first `count` numbers of parquet's mix of runs and packed bits; never more, whatever length a run
 * claims. The page does not bound `count`: a run of 5 bytes may stand for any number of rows. So
 * `MAX_RUN_VALUES` bounds the memory of these indices.
 */
function readRuns(bytes: Uint8Array, width: number, count: number): Uint32Array {
  if (count > MAX_RUN_VALUES) throw new RangeError(`a page claims ${count} values`);
  const values = new Uint32Array(count);
  if (width === 0) return values;
  const bytesPerValue = Math.ceil(width / 8);
  let at = 0;
  let filled = 0;
  while (filled < count) {
    let header = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined || shift > 28) throw new RangeError('runs end before their values');
      header += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    const length = Math.floor(header / 2);
    if (length === 0) throw new RangeError('a run of no values');
    if (header % 2 === 0) {
      if (at + bytesPerValue > bytes.length) throw new RangeError('runs end before their values');
      let value = 0;
      for (let i = 0; i < bytesPerValue; i++) value += bytes[at + i]! * 2 ** (8 * i);
      at += bytesPerValue;
      const end = Math.min(count, filled + length);
      values.fill(value, filled, end);
      filled = end;
    } else {
      const end = Math.min(count, filled + 8 * length);
      for (let bit = 8 * at; filled < end; bit += width) values[filled++] = bitsAt(bytes, bit, width);
      at += width * length;
    }
  }
  return values;
}

/**
 * The most rows of one page. It is enough for a page of a million values of one label, and limits pages with
 * false sizes.
 */
const MAX_RUN_VALUES = 2 ** 22;

/** The number in `width` bits from bit `start`, least significant first. */
function bitsAt(bytes: Uint8Array, start: number, width: number): number {
  let value = 0;
  for (let bit = 0; bit < width; bit++) {
    const byte = bytes[(start + bit) >> 3];
    if (byte === undefined) throw new RangeError('packed bits end before their values');
    if ((byte >> ((start + bit) & 7)) & 1) value += 2 ** bit;
  }
  return value;
}

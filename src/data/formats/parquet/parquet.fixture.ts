import type { AsyncBuffer } from './table.ts';

// A writer of small parquet files for tests, after the format's description: Thrift's compact protocol, with
// one page per column chunk.

type Thrift = number[];

const varint = (value: number): Thrift => {
  const bytes: Thrift = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  bytes.push(rest);
  return bytes;
};
const zigzag = (value: number) => varint(value >= 0 ? 2 * value : -2 * value - 1);
const binary = (text: string) => {
  const bytes = [...new TextEncoder().encode(text)];
  return [...varint(bytes.length), ...bytes];
};

/** [field id, type, encoded value]: i32 5, i64 6, binary 8, list 9, struct 12. */
type FieldOf = readonly [id: number, type: number, bytes: Thrift];
function struct(...fields: readonly (FieldOf | null)[]): Thrift {
  let last = 0;
  const bytes: Thrift = [];
  for (const field of fields) {
    if (field === null) continue;
    const [id, type, value] = field;
    bytes.push(((id - last) << 4) | type, ...value);
    last = id;
  }
  return [...bytes, 0];
}
const i32 = (id: number, value: number): FieldOf => [id, 5, zigzag(value)];
const i64 = (id: number, value: number): FieldOf => [id, 6, zigzag(value)];
const text = (id: number, value: string): FieldOf => [id, 8, binary(value)];
const inner = (id: number, value: Thrift): FieldOf => [id, 12, value];
const list = (id: number, type: number, values: readonly Thrift[]): FieldOf => [
  id,
  9,
  [
    ...(values.length < 15 ? [(values.length << 4) | type] : [0xf0 | type, ...varint(values.length)]),
    ...values.flat(),
  ],
];

const le = (value: number, bytes: number) =>
  Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** i) % 256);

export interface FixtureRow {
  /** null: the bytes in the struct are absent. */
  readonly picture: Uint8Array | null;
  readonly label?: number | string | null;
}

export interface FixtureOptions {
  readonly image?: string;
  readonly label?: string | null;
  readonly names?: readonly string[] | null;
  readonly rowsPerGroup?: number;
  /** Whether labels are indices into a dictionary, as Arrow writes them; else they are plain. */
  readonly dictionary?: boolean;
  /** The version of the data pages: Arrow writes 1. */
  readonly version?: 1 | 2;
  readonly snappy?: boolean;
  /** Whether levels and indices are runs of equal numbers; else all are packed bits. */
  readonly repeated?: boolean;
  readonly labelBytes?: 4 | 8;
  /** Whole numbers of `labelBytes`, unless another type is named. A boolean is given as 1 or 0. */
  readonly labelType?: 'whole' | 'FLOAT' | 'DOUBLE' | 'BOOLEAN' | 'INT96' | 'text' | 'list';
  /** Parquet's number of a packing that the pages do not have; 2 is gzip. */
  readonly claimedCodec?: number;
  /** Parquet's number of the encoding that plain labels claim; 0 if not given, which is plain. */
  readonly labelEncoding?: number;
  /** Rows that each group claims to have more than its pages hold. */
  readonly rowsTooMany?: number;
  readonly statistics?: boolean;
}

/** A Snappy block: literals, and copies where 4 bytes or more come again within 64 kB. */
function snappyBlock(bytes: Thrift): Thrift {
  const out = varint(bytes.length);
  const places = new Map<number, number>();
  let literal = 0;
  const flush = (end: number) => {
    for (; literal < end; literal += Math.min(60, end - literal)) {
      const part = bytes.slice(literal, Math.min(end, literal + 60));
      out.push((part.length - 1) << 2, ...part);
    }
  };
  for (let at = 0; at + 4 <= bytes.length; ) {
    const word = bytes[at]! + bytes[at + 1]! * 2 ** 8 + bytes[at + 2]! * 2 ** 16 + bytes[at + 3]! * 2 ** 24;
    const before = places.get(word);
    places.set(word, at);
    if (before === undefined || at - before > 0xffff) {
      at++;
      continue;
    }
    let length = 4;
    while (length < 64 && at + length < bytes.length && bytes[before + length] === bytes[at + length])
      length++;
    flush(at);
    out.push(((length - 1) << 2) | 2, ...le(at - before, 2));
    at += length;
    literal = at;
  }
  flush(bytes.length);
  return out;
}

/** Equal numbers that follow each other as one run, as Arrow and others write them. */
function repeats(values: readonly number[], width: number): Thrift {
  const out: Thrift = [];
  for (let at = 0; at < values.length; ) {
    let end = at + 1;
    while (end < values.length && values[end] === values[at]) end++;
    out.push(...varint(2 * (end - at)), ...le(values[at]!, Math.ceil(width / 8)));
    at = end;
  }
  return out;
}

/** Numbers as packed bits: one group of 8 for every 8 values. */
function packedBits(values: readonly number[], width: number): Thrift {
  const bits = values.flatMap((value) => Array.from({ length: width }, (_, bit) => (value >> bit) & 1));
  const groups = Math.ceil(values.length / 8);
  const bytes = Array.from({ length: groups * width }, (_, i) =>
    bits.slice(8 * i, 8 * i + 8).reduce((sum, bit, at) => sum + (bit << at), 0),
  );
  return [...varint(2 * groups + 1), ...bytes];
}

/** Values without a dictionary. */
function plainLabels(
  list: readonly (number | string)[],
  { labelType = 'whole', labelBytes = 8 }: FixtureOptions,
): Thrift {
  if (labelType === 'text')
    return list.flatMap((value) => {
      const bytes = [...new TextEncoder().encode(String(value))];
      return [...le(bytes.length, 4), ...bytes];
    });
  if (labelType === 'FLOAT') return [...new Uint8Array(Float32Array.from(list, Number).buffer)];
  if (labelType === 'DOUBLE') return [...new Uint8Array(Float64Array.from(list, Number).buffer)];
  if (labelType === 'BOOLEAN')
    return Array.from({ length: Math.ceil(list.length / 8) }, (_, byte) =>
      list.slice(8 * byte, 8 * byte + 8).reduce<number>((sum, bit, at) => sum + (Number(bit) << at), 0),
    );
  return list.flatMap((value) =>
    le(Number(value) < 0 ? 256 ** labelBytes + Number(value) : Number(value), labelBytes),
  );
}

/** Parquet's number of the type of the labels. */
function labelTypeOf({ labelType = 'whole', labelBytes = 8 }: FixtureOptions): number {
  if (labelType === 'whole' || labelType === 'list') return labelBytes === 8 ? 2 : 1;
  return { BOOLEAN: 0, INT96: 3, FLOAT: 4, DOUBLE: 5, text: 6 }[labelType];
}

/** A parquet file of pictures and labels. */
export function makeParquet(
  rows: readonly FixtureRow[],
  options: FixtureOptions = {},
): Uint8Array<ArrayBuffer> {
  const { image = 'image', label = 'label', names = null, rowsPerGroup = 4, dictionary = true } = options;
  const { version = 1, snappy = false, repeated = false, labelBytes = 8, statistics = true } = options;
  const { labelType = 'whole', claimedCodec = snappy ? 1 : 0, labelEncoding = 0, rowsTooMany = 0 } = options;
  const out: number[] = [...binary('PAR1').slice(1)];
  const pack = (bytes: Thrift) => (snappy ? snappyBlock(bytes) : bytes);

  const runs = repeated ? repeats : packedBits;
  const dataPage = (
    count: number,
    levels: Thrift,
    width: number,
    values: Thrift,
    encoding: number,
  ): Thrift => {
    if (version === 2) {
      const body = pack(values);
      const header = struct(
        i32(1, 3),
        i32(2, levels.length + values.length),
        i32(3, levels.length + body.length),
        inner(
          8,
          struct(i32(1, count), i32(2, 0), i32(3, count), i32(4, encoding), i32(5, levels.length), i32(6, 0)),
        ),
      );
      return [...header, ...levels, ...body];
    }
    const plain = [...(width > 0 ? [...le(levels.length, 4), ...levels] : []), ...values];
    const body = pack(plain);
    const header = struct(
      i32(1, 0),
      i32(2, plain.length),
      i32(3, body.length),
      inner(5, struct(i32(1, count), i32(2, encoding), i32(3, 3), i32(4, 3))),
    );
    return [...header, ...body];
  };
  const dictionaryPage = (values: Thrift, count: number): Thrift => {
    const body = pack(values);
    return [
      ...struct(
        i32(1, 2),
        i32(2, values.length),
        i32(3, body.length),
        inner(7, struct(i32(1, count), i32(2, 0))),
      ),
      ...body,
    ];
  };

  const groups: Thrift[] = [];
  for (let at = 0; at < rows.length; at += rowsPerGroup) {
    const part = rows.slice(at, at + rowsPerGroup);
    const chunks: Thrift[] = [];
    const add = (
      pages: readonly Thrift[],
      type: number,
      path: readonly string[],
      hasDictionary: boolean,
      range: readonly [number, number] | null,
    ) => {
      const start = out.length;
      for (const page of pages) for (const byte of page) out.push(byte);
      const dataAt = hasDictionary ? start + pages[0]!.length : start;
      chunks.push(
        struct(
          i64(2, start),
          inner(
            3,
            struct(
              i32(1, type),
              list(2, 5, [zigzag(0)]),
              list(3, 8, path.map(binary)),
              i32(4, claimedCodec),
              i64(5, part.length),
              i64(6, out.length - start),
              i64(7, out.length - start),
              i64(9, dataAt),
              hasDictionary ? i64(11, start) : null,
              range === null
                ? null
                : inner(
                    12,
                    struct(
                      [5, 8, [...varint(labelBytes), ...le(range[1], labelBytes)]],
                      [6, 8, [...varint(labelBytes), ...le(range[0], labelBytes)]],
                    ),
                  ),
            ),
          ),
        ),
      );
    };
    const pictures = part.flatMap(({ picture }) => (picture === null ? [] : [picture]));
    const values = pictures.flatMap((bytes) => [...le(bytes.length, 4), ...bytes]);
    const there = part.map(({ picture }) => (picture === null ? 1 : 2));
    add([dataPage(part.length, runs(there, 2), 2, values, 0)], 6, [image, 'bytes'], false, null);
    const noPaths = part.map(() => 1);
    add([dataPage(part.length, runs(noPaths, 2), 2, [], 0)], 6, [image, 'path'], false, null);
    if (label !== null) {
      const labels = part.flatMap((row) =>
        row.label === null || row.label === undefined ? [] : [row.label],
      );
      const levels = runs(
        part.map((row) => (row.label === null || row.label === undefined ? 0 : 1)),
        1,
      );
      const distinct = [...new Set(labels)];
      const plain = (list: readonly (number | string)[]) => plainLabels(list, options);
      const pages = dictionary
        ? [
            dictionaryPage(plain(distinct), distinct.length),
            dataPage(
              part.length,
              levels,
              1,
              [
                8,
                ...runs(
                  labels.map((value) => distinct.indexOf(value)),
                  8,
                ),
              ],
              8,
            ),
          ]
        : [dataPage(part.length, levels, 1, plain(labels), labelEncoding)];
      const numbers = labels.filter((value) => typeof value === 'number');
      const range = [Math.min(...numbers), Math.max(...numbers)] as const;
      const noted = statistics && labelType === 'whole' && labels.length > 0 && range[0] >= 0 ? range : null;
      add(
        pages,
        labelTypeOf(options),
        labelType === 'list' ? [label, 'list', 'element'] : [label],
        dictionary,
        noted,
      );
    }
    groups.push(struct(list(1, 12, chunks), i64(2, 0), i64(3, part.length + rowsTooMany)));
  }
  const element = (name: string, type: number | null, children: number | null, repetition: number | null) =>
    struct(
      type === null ? null : i32(1, type),
      repetition === null ? null : i32(3, repetition),
      text(4, name),
      children === null ? null : i32(5, children),
    );
  const schema = [
    element('schema', null, label === null ? 1 : 2, null),
    element(image, null, 2, 1),
    element('bytes', 6, null, 1),
    element('path', 6, null, 1),
    ...(label === null
      ? []
      : labelType === 'list'
        ? [element(label, null, 1, 1), element('list', null, 1, 2), element('element', 2, null, 1)]
        : [element(label, labelTypeOf(options), null, 1)]),
  ];
  const features = { [image]: { _type: 'Image' }, ...(label && { [label]: { names, _type: 'ClassLabel' } }) };
  const footer = struct(
    i32(1, 2),
    list(2, 12, schema),
    i64(3, rows.length + rowsTooMany * groups.length),
    list(4, 12, groups),
    names === null
      ? null
      : list(5, 12, [struct(text(1, 'huggingface'), text(2, JSON.stringify({ info: { features } })))]),
  );
  return Uint8Array.from([...out, ...footer, ...le(footer.length, 4), ...binary('PAR1').slice(1)]);
}

/** A file in memory that records which ranges were read. */
export function bufferOf(bytes: Uint8Array): AsyncBuffer & { readonly ranges: [number, number][] } {
  const ranges: [number, number][] = [];
  return {
    byteLength: bytes.length,
    ranges,
    async slice(start, end) {
      ranges.push([start, end]);
      return Uint8Array.from(bytes.subarray(start, end)).buffer;
    },
  };
}

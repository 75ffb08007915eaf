import { depthAndKeys } from './jsonShape.ts';
import { WeightsFileError } from './weights.ts';

// safetensors (github.com/huggingface/safetensors): u64 length N, little-endian; N bytes of JSON, {name:
// {dtype, shape, data_offsets: [from, to)}, "__metadata__": {string: string}}; then the tensors' bytes,
// little-endian and row-major, one after the other without holes.

/** Kinds of values and their bytes. Others are refused, because nothing here can use them. */
const WIDTHS = { F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, U8: 1 } as const;
export type SafeDtype = keyof typeof WIDTHS;

/** A tensor in a file. Its bytes are a view of the file's. */
export interface SafeTensor {
  readonly dtype: SafeDtype;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export interface Safetensors {
  readonly metadata: ReadonlyMap<string, string>;
  readonly tensors: ReadonlyMap<string, SafeTensor>;
}

/** The most bytes of a header that is read. The widest network's takes some 40 kB. */
const HEADER_LIMIT = 4_000_000;
/**
 * How deep a header's objects may be nested. A valid one has objects for the tensors, and arrays in these.
 */
const DEPTH_LIMIT = 4;
const METADATA = '__metadata__';

/**
 * A file with the tensors in their order. Spaces pad the header to a multiple of 8, as the format requires.
 */
export function writeSafetensors({ metadata, tensors }: Safetensors): Uint8Array<ArrayBuffer> {
  let at = 0;
  const entries = [...tensors].map(([name, { dtype, shape, bytes }]) => {
    const from = at;
    at += bytes.length;
    return [name, { dtype, shape, data_offsets: [from, at] }] as const;
  });
  const text = JSON.stringify({ [METADATA]: Object.fromEntries(metadata), ...Object.fromEntries(entries) });
  const json = new TextEncoder().encode(text);
  const length = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(8 + length + at);
  new DataView(file.buffer).setBigUint64(0, BigInt(length), true);
  file.fill(0x20, 8, 8 + length);
  file.set(json, 8);
  at = 8 + length;
  for (const { bytes } of tensors.values()) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

/**
 * The tensors of a file. Nothing is allocated for what the header only claims: its bytes must be there.
 * @throws WeightsFileError for anything that is not a complete file of that format
 */
export function readSafetensors(file: Uint8Array): Safetensors {
  const length = headerLength(file);
  const header = headerOf(file.subarray(8, 8 + length));
  const body = file.subarray(8 + length);
  const metadata = new Map<string, string>();
  const tensors = new Map<string, SafeTensor>();
  const ranges: { readonly name: string; readonly from: number; readonly to: number }[] = [];
  for (const [name, entry] of Object.entries(header)) {
    if (name === METADATA) {
      if (!isRecord(entry)) throw refused(`${METADATA} must be an object of strings`);
      for (const [key, value] of Object.entries(entry)) {
        if (typeof value !== 'string')
          throw refused(`${METADATA}.${shown(key)} must be a string, got ${typeof value}`);
        metadata.set(key, value);
      }
      continue;
    }
    const { tensor, from, to } = tensorOf(name, entry, body);
    tensors.set(name, tensor);
    ranges.push({ name, from, to });
  }
  let end = 0;
  for (const { name, from, to } of ranges.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    if (from !== end) {
      const fault = from < end ? 'overlaps the tensor before it' : 'leaves a hole before it';
      throw refused(`${shown(name)} must begin at byte ${end} of the data, got ${from}: it ${fault}`);
    }
    end = to;
  }
  if (end !== body.length)
    throw refused(`the tensors must fill the ${body.length} bytes after the header, but take ${end}`);
  return { metadata, tensors };
}

/** A tensor's values as float32. F16, BF16 and F64 are converted; whole numbers are not. */
export function floatValues(name: string, { dtype, bytes }: SafeTensor): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = bytes.length / WIDTHS[dtype];
  const values = new Float32Array(count);
  switch (dtype) {
    case 'F32':
      for (let i = 0; i < count; i++) values[i] = view.getFloat32(4 * i, true);
      return values;
    case 'F64':
      for (let i = 0; i < count; i++) values[i] = view.getFloat64(8 * i, true);
      return values;
    case 'BF16': {
      const bits = new Uint32Array(values.buffer);
      for (let i = 0; i < count; i++) bits[i] = view.getUint16(2 * i, true) << 16;
      return values;
    }
    case 'F16':
      for (let i = 0; i < count; i++) values[i] = half(view.getUint16(2 * i, true));
      return values;
    case 'U8':
    case 'I64':
      throw new WeightsFileError(
        `${shown(name)} must hold floating-point values (F32, F16, BF16 or F64), got ${dtype}. Export the file again.`,
      );
    default:
      return dtype satisfies never;
  }
}

/** The value of an IEEE 754 half. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * 2 ** -24 * fraction;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * 2 ** (exponent - 25) * (1024 + fraction);
}

function headerLength(file: Uint8Array): number {
  if (file.length < 10) throw refused(`a file must have at least 10 bytes, got ${file.length}`);
  const claimed = new DataView(file.buffer, file.byteOffset, 8).getBigUint64(0, true);
  if (claimed > BigInt(HEADER_LIMIT))
    throw refused(`the header must have at most ${HEADER_LIMIT} bytes, but claims ${claimed}`);
  const length = Number(claimed);
  if (length < 2 || 8 + length > file.length)
    throw refused(`the header claims ${length} bytes, but ${file.length - 8} follow: the file is cut off`);
  return length;
}

function headerOf(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    header = JSON.parse(text);
  } catch (error) {
    throw refused(`the header must be JSON in UTF-8, got ${messageOf(error)}`);
  }
  const { depth, twice } = depthAndKeys(text);
  if (depth > DEPTH_LIMIT)
    throw refused(`the header must be at most ${DEPTH_LIMIT} levels deep, got ${depth}`);
  if (twice !== null) throw refused(`the header names ${shown(twice)} twice`);
  if (!isRecord(header)) throw refused('the header must be an object');
  return header;
}

function tensorOf(name: string, entry: unknown, body: Uint8Array) {
  if (!isRecord(entry)) throw refused(`${shown(name)} must be an object of dtype, shape and data_offsets`);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== 'string' || !isDtype(dtype)) {
    throw refused(
      `${shown(name)} must have a dtype of ${Object.keys(WIDTHS).join(', ')}, got ${shown(String(dtype))}`,
    );
  }
  if (!isSizes(shape) || shape.length > 8)
    throw refused(`${shown(name)} must have a shape of at most 8 whole numbers from 0 up`);
  if (!isSizes(offsets) || offsets.length !== 2)
    throw refused(`${shown(name)} must have data_offsets [from, to] of whole numbers from 0 up`);
  const [from, to] = offsets as [number, number];
  if (from > to || to > body.length)
    throw refused(`${shown(name)} must lie within the ${body.length} bytes of data, got [${from}, ${to}]`);
  const expected = shape.reduce((product, side) => product * side, WIDTHS[dtype]);
  if (expected !== to - from) {
    throw refused(
      `${shown(name)} of shape [${shape.join(', ')}] and ${dtype} must have ${expected} bytes, got ${to - from}`,
    );
  }
  return { tensor: { dtype, shape, bytes: body.subarray(from, to) }, from, to };
}

function isDtype(text: string): text is SafeDtype {
  return Object.hasOwn(WIDTHS, text);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((side) => Number.isSafeInteger(side) && side >= 0);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A name from a file, short enough for a sentence. */
function shown(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

function refused(what: string): WeightsFileError {
  return new WeightsFileError(
    `The safetensors file cannot be read: ${what}. Choose a file that “Export” wrote, and copy it again if it is damaged.`,
  );
}

function messageOf(error: unknown): string {
  return shown(error instanceof Error ? error.message : String(error));
}

export const BLOCK = 512;

/** One header of a tar, as it stands there. */
export interface TarHeader {
  readonly path: string;
  /** Bytes that follow, without those that fill the last block. NaN if the field is no number. */
  readonly size: number;
  /** One character; “0” for files. */
  readonly type: string;
  /** The path that a link leads to. */
  readonly target: string;
  /** Whether another block of GNU's map of holes follows. */
  readonly hasMap: boolean;
}

/** What pax and GNU put before a header, for fields that are too long or too large for it. */
export interface Extended {
  readonly path?: string;
  readonly target?: string;
  readonly size?: number;
  /** Whether the file is stored with holes, so that its bytes are not its own. */
  readonly isSparse?: boolean;
}

/** Whether a block is a header: all have the sum of their bytes in them. */
export function isTarHeader(block: Uint8Array): boolean {
  if (block.length < BLOCK) return false;
  const given = numberAt(block, 148, 8);
  let sum = 0;
  let signed = 0;
  for (let at = 0; at < BLOCK; at++) {
    const byte = at >= 148 && at < 156 ? 32 : block[at]!;
    sum += byte;
    // Some old programs counted bytes from 128 up as negative.
    signed += byte < 128 ? byte : byte - 256;
  }
  return (given === sum || given === signed) && sum > 8 * 32;
}

export function tarHeader(block: Uint8Array): TarHeader {
  const isUstar = textAt(block, 257, 5) === 'ustar';
  // GNU writes “ustar  ”, and has other fields where ustar has the first part of a long path.
  const prefix = isUstar && block[262] === 0 ? textAt(block, 345, 155) : '';
  const name = textAt(block, 0, 100);
  const type = textAt(block, 156, 1);
  return {
    path: prefix === '' ? name : `${prefix}/${name}`,
    size: numberAt(block, 124, 12),
    type: type === '' || type === '7' ? '0' : type,
    target: textAt(block, 157, 100),
    hasMap: type === 'S' && block[482] === 1,
  };
}

/** A number in octal digits, or base 256 where it would have too many of them. NaN if it is neither. */
function numberAt(block: Uint8Array, at: number, length: number): number {
  if (block[at]! >= 0x80) {
    if (block[at] !== 0x80) return Number.NaN;
    let value = 0;
    for (let i = 1; i < length; i++) value = 256 * value + block[at + i]!;
    return value;
  }
  const digits = textAt(block, at, length).trim();
  return /^[0-7]*$/.test(digits) ? Number.parseInt(digits || '0', 8) : Number.NaN;
}

function textAt(block: Uint8Array, at: number, length: number): string {
  const field = block.subarray(at, at + length);
  const end = field.indexOf(0);
  return textOf(end < 0 ? field : field.subarray(0, end));
}

/** Names are UTF-8 nowadays. What is no UTF-8 was written on an old system in Western Europe's letters. */
function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** A long name of GNU. */
export function gnuName(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return textOf(end < 0 ? bytes : bytes.subarray(0, end));
}

/**
 * The records of pax, which are “length key=value\n”. The length counts bytes. What is no record ends them.
 */
export function paxFields(bytes: Uint8Array): Extended {
  const fields: { path?: string; target?: string; size?: number; isSparse?: boolean } = {};
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(32, at);
    const length = space < 0 ? Number.NaN : Number(textOf(bytes.subarray(at, space)));
    if (!(Number.isInteger(length) && length > space - at + 1 && at + length <= bytes.length)) break;
    const record = textOf(bytes.subarray(space + 1, at + length - 1));
    const equals = record.indexOf('=');
    const key = record.slice(0, equals);
    const value = record.slice(equals + 1);
    if (key === 'path') fields.path = value;
    if (key === 'linkpath') fields.target = value;
    if (key === 'size' && /^\d+$/.test(value)) fields.size = Number(value);
    if (key.startsWith('GNU.sparse.')) fields.isSparse = true;
    if (key === 'GNU.sparse.name') fields.path = value;
    at += length;
  }
  return fields;
}

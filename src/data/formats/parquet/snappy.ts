import { DataError } from '../../images/dataset.ts';

/** A copy takes 3 bytes and gives at most 64, so no valid block unpacks to more than 22 times its size. */
const MAX_RATIO = 22;

/**
 * Unpacks a Snappy block, after the format's description (google/snappy, format_description.txt): a varint
 * with the unpacked size, then literals and copies of earlier output. hyparquet's own unpacker never ends on
 * a literal of negative length; this one moves forward at every element.
 * @param size bytes that must come out
 * @throws RangeError if the block is damaged or of another size; DataError if there is no memory for it
 */
export function unpackSnappy(packed: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  let at = 0;
  let claimed = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = packed[at++];
    if (byte === undefined || shift > 28) throw new RangeError('a Snappy block has no size');
    claimed += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  if (claimed !== size) throw new RangeError(`a Snappy block claims ${claimed} bytes, its page ${size}`);
  if (size > MAX_RATIO * packed.length) {
    throw new RangeError(`a Snappy block of ${packed.length} bytes claims ${size}`);
  }
  const unpacked = roomFor(size);
  let filled = 0;
  /** A little-endian number of so many bytes. */
  const number = (bytes: number) => {
    let value = 0;
    for (let i = 0; i < bytes; i++) value += packed[at + i]! * 2 ** (8 * i);
    at += bytes;
    return value;
  };
  while (at < packed.length) {
    const tag = packed[at++]!;
    const kind = tag & 3;
    const high = tag >> 2;
    if (kind === 0) {
      const length = high < 60 ? high + 1 : number(high - 59) + 1;
      // `length` is NaN if the number itself was cut off. NaN fails this comparison, so it is refused too.
      if (!(at + length <= packed.length && filled + length <= size)) {
        throw new RangeError('a Snappy literal is longer than its block');
      }
      unpacked.set(packed.subarray(at, at + length), filled);
      at += length;
      filled += length;
      continue;
    }
    const length = kind === 1 ? (high & 7) + 4 : high + 1;
    const back = kind === 1 ? (tag >> 5) * 256 + number(1) : number(kind === 2 ? 2 : 4);
    if (!(back > 0 && back <= filled && filled + length <= size)) {
      throw new RangeError('a Snappy copy reaches outside its block');
    }
    // Byte by byte: a copy may overlap what it writes.
    for (let i = 0; i < length; i++, filled++) unpacked[filled] = unpacked[filled - back]!;
  }
  if (filled !== size)
    throw new RangeError(`a Snappy block holds ${filled} bytes where ${size} were claimed`);
  return unpacked;
}

/**
 * Memory for the unpacked block. Browsers throw a RangeError if there is none, which must not look like a
 * damaged block.
 */
function roomFor(size: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(size);
  } catch {
    throw new DataError(
      `A page of a table does not fit: expected ${(size / 2 ** 20).toFixed(0)} MB of memory to unpack it, got none. ` +
        'Close other tabs, or choose fewer images.',
    );
  }
}

/** Structs and lists may lie this deep in each other; parquet's own need 8. */
const MAX_DEPTH = 24;
/** A 64-bit varint has at most so many bytes. */
const MAX_VARINT = 10;

/**
 * Walks one struct of Thrift's compact protocol without keeping anything, and gives the offset behind it.
 * hyparquet's parser makes a list as long as its header claims, and reads varints of any length: this goes first, so
 * that what it then makes is bounded by the bytes that are really there. Every element takes a byte or more, so
 * all lists together have at most as many elements as there are bytes.
 * @throws RangeError where the bytes claim more than there is, or end within the struct
 */
export function checkStruct(bytes: Uint8Array, start: number): number {
  let at = start;
  let claimed = 0;

  const byte = () => {
    const value = bytes[at++];
    if (value === undefined) throw new RangeError('a struct goes on behind the last byte');
    return value;
  };
  const varint = () => {
    let value = 0;
    for (let i = 0; i < MAX_VARINT; i++) {
      const next = byte();
      value += (next & 0x7f) * 2 ** (7 * i);
      if (next < 0x80) return value;
    }
    throw new RangeError(`a number has more than ${MAX_VARINT} bytes`);
  };
  const skip = (count: number) => {
    if (count > bytes.length - at) {
      throw new RangeError(`a text claims ${count} bytes where ${bytes.length - at} are left`);
    }
    at += count;
  };
  const list = (depth: number) => {
    const head = byte();
    const type = head & 0x0f;
    const size = head >> 4 === 15 ? varint() : head >> 4;
    claimed += size;
    if (claimed > bytes.length) {
      throw new RangeError(`lists claim ${claimed} elements in ${bytes.length} bytes`);
    }
    // The elements of a list of truths are bytes, unlike a truth that stands alone.
    for (let i = 0; i < size; i++) element(type <= 2 ? 3 : type, depth);
  };
  const struct = (depth: number) => {
    if (depth > MAX_DEPTH) throw new RangeError(`structs lie more than ${MAX_DEPTH} deep in each other`);
    for (;;) {
      const head = byte();
      const type = head & 0x0f;
      if (type === 0) return;
      if (head >> 4 === 0) varint();
      element(type, depth);
    }
  };
  const element = (type: number, depth: number) => {
    if (type === 1 || type === 2) return;
    if (type === 3) skip(1);
    else if (type <= 6) varint();
    else if (type === 7) skip(8);
    else if (type === 8) skip(varint());
    else if (type === 9) list(depth + 1);
    else if (type === 12) struct(depth + 1);
    else throw new RangeError(`elements of type ${type} do not occur in parquet`);
    if (depth > MAX_DEPTH) throw new RangeError(`lists lie more than ${MAX_DEPTH} deep in each other`);
  };

  struct(0);
  return at;
}

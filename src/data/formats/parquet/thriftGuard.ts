/** How deep structs and lists may be nested; parquet's own need 8. */
const MAX_DEPTH = 24;
/** The most bytes of a 64-bit varint. */
const MAX_VARINT = 10;

/**
 * Walks one struct of Thrift's compact protocol without keeping anything, and gives the offset after it.
 * hyparquet's parser makes a list as long as its header claims, and reads varints of any length. This check
 * runs first, so the bytes that are really there bound what the parser makes: every element takes at least
 * one byte, so all lists together have at most as many elements as there are bytes.
 * @throws RangeError if the bytes claim more than there is, or end within the struct
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
    // In a list, a boolean takes a byte; as a field, it takes none.
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

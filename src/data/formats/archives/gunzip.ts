import { crc32 } from '../../crc32.ts';
import { Inflater, PackedInput, PackingError } from './inflate.ts';

/**
 * The most bytes of a member's header. An extra field takes up to 64 KB, a name and a comment a few bytes.
 */
const MAX_HEADER = 128 * 1024;
const TRAILER = 8;

/**
 * Unpacks a gzip file (RFC 1952): one member or several after each other, and zeros after the last, as tapes
 * and block devices leave them. Every platform unpacks alike, because none of them does it.
 * @throws PackingError if a member is truncated or damaged, or other bytes follow the last one
 */
export async function* gunzip(
  packed: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const input = new PackedInput();
  const members = new Members(input);
  for await (const chunk of packed) {
    input.append(chunk);
    yield* members.run();
  }
  input.isLast = true;
  yield* members.run();
}

class Members {
  readonly #input: PackedInput;
  #state: 'header' | 'body' | 'trailer' | 'padding' = 'header';
  #body: Inflater;
  #crc = 0;
  #size = 0;
  #count = 0;

  constructor(input: PackedInput) {
    this.#input = input;
    this.#body = new Inflater(input);
  }

  *run(): Generator<Uint8Array, void, undefined> {
    for (;;) {
      if (this.#state === 'body') {
        for (const part of this.#body.run()) {
          this.#crc = crc32(part, this.#crc);
          this.#size = (this.#size + part.length) >>> 0;
          yield part;
        }
        if (!this.#body.isDone) return;
        this.#input.align();
        this.#state = 'trailer';
      } else if (this.#state === 'trailer') {
        if (!this.#has(TRAILER)) return;
        this.#check();
      } else if (this.#state === 'padding') {
        const bytes = this.#input.peek();
        if (bytes.some((byte) => byte !== 0)) throw new PackingError('bytes after its end that are no gzip');
        this.#input.skip(bytes.length);
        return;
      } else if (!this.#open()) return;
    }
  }

  #has(count: number): boolean {
    if (this.#input.left >= count) return true;
    if (this.#input.isLast) throw new PackingError('the end of the file');
    return false;
  }

  /** Reads a member's header; false if more bytes must come. */
  #open(): boolean {
    const bytes = this.#input.peek();
    const { isLast } = this.#input;
    if (this.#count > 0) {
      if (bytes.length === 0 || (bytes.length < 2 && bytes[0] === 0x1f && !isLast)) return false;
      if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
        this.#state = 'padding';
        return true;
      }
    }
    const length = headerLength(bytes);
    if (length === null || length > bytes.length) {
      if (isLast) throw new PackingError('the end of the file');
      if (bytes.length > MAX_HEADER) throw new PackingError('a header without an end');
      return false;
    }
    this.#input.skip(length);
    this.#body = new Inflater(this.#input);
    this.#crc = 0;
    this.#size = 0;
    this.#count++;
    this.#state = 'body';
    return true;
  }

  #check(): void {
    const input = this.#input;
    const crc = input.bits(16) + 0x10000 * input.bits(16);
    const size = input.bits(16) + 0x10000 * input.bits(16);
    input.align();
    if (crc !== this.#crc) throw new PackingError('other bytes than its checksum says');
    if (size !== this.#size) throw new PackingError('another number of bytes than it says');
    this.#state = 'header';
  }
}

/** The bytes of a member's header; null if too few came to tell. @throws PackingError if it is none */
function headerLength(bytes: Uint8Array): number | null {
  if (bytes.length < 10) return null;
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) throw new PackingError('bytes that are no gzip');
  if (bytes[2] !== 8) throw new PackingError(`the packing method ${bytes[2]}`);
  const flags = bytes[3]!;
  if ((flags & 0xe0) !== 0) throw new PackingError('flags that are not defined');
  let at = 10;
  if (flags & 4) {
    if (bytes.length < at + 2) return null;
    at += 2 + bytes[at]! + 256 * bytes[at + 1]!;
  }
  for (const flag of [8, 16]) {
    if ((flags & flag) === 0) continue;
    const end = bytes.indexOf(0, at);
    if (end < 0) return null;
    at = end + 1;
  }
  return flags & 2 ? at + 2 : at;
}

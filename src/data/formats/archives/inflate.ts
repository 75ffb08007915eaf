/** A stream that breaks the rules of Deflate or gzip, or ends too early. */
export class PackingError extends Error {
  override readonly name = 'PackingError';
}

/** Distances in Deflate reach back so far. */
const WINDOW = 32_768;
/** Unpacked bytes that are gathered before they are handed on. */
const GATHERED = 128 * 1024;
/** The longest copy. */
const LONGEST = 258;
/** More bytes than the description of any block's codes takes. */
const MOST_HEADER = 600;
/** More bytes than one symbol takes. Four more may be read ahead. */
const MOST_SYMBOL = 12;

const LENGTH_BASE = [
  ...[3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31],
  ...[35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258],
];
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCE_EXTRA = Array.from({ length: 30 }, (_, i) => Math.max(0, (i >> 1) - 1));
const DISTANCE_BASE = [
  ...[1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769],
  ...[1025, 1537, 2049, 3073, 4097, 6145, 8193, 12_289, 16_385, 24_577],
];
/** The order in which a block gives the lengths of its code of code lengths. */
const CODE_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** A prefix code as a table: by the next `bits` bits, 16 · symbol + length of its code; 0 for no code. */
interface Code {
  readonly bits: number;
  readonly table: Uint16Array;
}

/** @throws PackingError if the lengths are those of no prefix code */
function codeOf(lengths: Uint8Array, mayLack: boolean): Code {
  const counts = new Uint16Array(16);
  for (const length of lengths) counts[length]!++;
  counts[0] = 0;
  let bits = 15;
  while (bits > 1 && counts[bits] === 0) bits--;
  const next = new Uint16Array(16);
  let code = 0;
  let left = 1;
  for (let length = 1; length <= 15; length++) {
    left = 2 * left - counts[length]!;
    if (left < 0) throw new PackingError('codes that overlap');
    code = (code + counts[length - 1]!) << 1;
    next[length] = code;
  }
  // A block with one symbol only, or without copies, has a code of one bit or none.
  if (left > 0 && !(mayLack && bits === 1)) throw new PackingError('codes that are not complete');
  const table = new Uint16Array(1 << bits);
  for (const [symbol, length] of lengths.entries()) {
    if (length === 0) continue;
    const value = next[length]!++;
    let reversed = 0;
    for (let bit = 0; bit < length; bit++) reversed |= ((value >> bit) & 1) << (length - 1 - bit);
    for (let at = reversed; at < table.length; at += 1 << length) table[at] = (symbol << 4) | length;
  }
  return { bits, table };
}

const fixed = (lengths: readonly (readonly [count: number, length: number])[]) =>
  codeOf(
    Uint8Array.from(lengths.flatMap(([count, length]) => Array.from({ length: count }, () => length))),
    true,
  );
const FIXED_LITERALS = fixed([
  [144, 8],
  [112, 9],
  [24, 7],
  [8, 8],
]);
const FIXED_DISTANCES = fixed([[32, 5]]);

/**
 * Packed bytes as they arrive, read as bits. The platform's DecompressionStream does not tell where a Deflate
 * stream ends, and platforms differ in what they do with the bytes after it.
 */
export class PackedInput {
  bytes = new Uint8Array(0);
  /** Position of the next byte. */
  at = 0;
  /** Bits that were read ahead, the next one lowest, and their number. */
  hold = 0;
  count = 0;
  /** Whether all bytes came. */
  isLast = false;

  append(chunk: Uint8Array): void {
    // Whole bytes that were read ahead go back to where they were.
    this.at -= this.count >> 3;
    this.count &= 7;
    this.hold &= (1 << this.count) - 1;
    const rest = this.bytes.subarray(this.at);
    const bytes = new Uint8Array(rest.length + chunk.length);
    bytes.set(rest);
    bytes.set(chunk, rest.length);
    this.bytes = bytes;
    this.at = 0;
  }

  /** Whole bytes that came and were not read. */
  get left(): number {
    return this.bytes.length - this.at + (this.count >> 3);
  }

  /** The next bits as a number, 16 at most. @throws PackingError if they are not there */
  bits(count: number): number {
    while (this.count < count) {
      if (this.at === this.bytes.length) throw new PackingError('the end of the file');
      this.hold |= this.bytes[this.at++]! << this.count;
      this.count += 8;
    }
    const value = this.hold & ((1 << count) - 1);
    this.hold >>>= count;
    this.count -= count;
    return value;
  }

  /** Gives up the bits to the next whole byte. */
  align(): void {
    this.at -= this.count >> 3;
    this.hold = 0;
    this.count = 0;
  }

  /** The bytes that came, from the next one on, without reading them. Only after `align`. */
  peek(): Uint8Array {
    return this.bytes.subarray(this.at);
  }

  /** Passes over bytes that `peek` showed. */
  skip(count: number): void {
    this.at += count;
  }

  /** A symbol by its code, which must be complete. @throws PackingError if the bits are not there */
  symbol({ bits, table }: Code): number {
    while (this.count < bits && this.at < this.bytes.length) {
      this.hold |= this.bytes[this.at++]! << this.count;
      this.count += 8;
    }
    const entry = table[this.hold & ((1 << bits) - 1)]!;
    const length = entry & 15;
    if (length > this.count) throw new PackingError('the end of the file');
    this.hold >>>= length;
    this.count -= length;
    return entry >> 4;
  }
}

/** Unpacks one Deflate stream (RFC 1951) from an input that others read before and after it. */
export class Inflater {
  readonly #input: PackedInput;
  /** The window, and after it the bytes that were not yet handed on. */
  readonly #out = new Uint8Array(WINDOW + GATHERED + LONGEST);
  #filled = 0;
  #handed = 0;
  #total = 0;
  #state: 'header' | 'stored' | 'symbols' | 'done' = 'header';
  #isFinal = false;
  #storedLeft = 0;
  #literals = FIXED_LITERALS;
  #distances = FIXED_DISTANCES;

  constructor(input: PackedInput) {
    this.#input = input;
  }

  get isDone(): boolean {
    return this.#state === 'done';
  }

  /**
   * Unpacks what came so far. The memory of a part is used again.
   * @throws PackingError
   */
  *run(): Generator<Uint8Array, void, undefined> {
    while (this.#state !== 'done') {
      if (this.#filled >= WINDOW + GATHERED) {
        yield this.#part();
        this.#slide();
      }
      const wanted = { header: MOST_HEADER, stored: 1, symbols: MOST_SYMBOL + 4 }[this.#state];
      if (this.#input.left < wanted && !this.#input.isLast) break;
      if (this.#state === 'header') this.#header();
      else if (this.#state === 'stored') this.#stored();
      else this.#symbols();
    }
    if (this.#filled > this.#handed) yield this.#part();
  }

  #part(): Uint8Array {
    const part = this.#out.subarray(this.#handed, this.#filled);
    this.#handed = this.#filled;
    return part;
  }

  #slide(): void {
    this.#out.copyWithin(0, this.#filled - WINDOW, this.#filled);
    this.#filled = WINDOW;
    this.#handed = WINDOW;
  }

  #header(): void {
    const input = this.#input;
    this.#isFinal = input.bits(1) === 1;
    const type = input.bits(2);
    if (type === 0) {
      input.align();
      this.#storedLeft = input.bits(16);
      if ((input.bits(16) ^ 0xffff) !== this.#storedLeft) throw new PackingError('a length that is wrong');
      input.align();
      this.#state = 'stored';
      if (this.#storedLeft === 0) this.#close();
    } else if (type === 3) {
      throw new PackingError('a block of an unknown type');
    } else {
      this.#literals = FIXED_LITERALS;
      this.#distances = FIXED_DISTANCES;
      if (type === 2) this.#codes();
      this.#state = 'symbols';
    }
  }

  #codes(): void {
    const input = this.#input;
    const literals = 257 + input.bits(5);
    const distances = 1 + input.bits(5);
    const given = 4 + input.bits(4);
    if (literals > 286 || distances > 30) throw new PackingError('more codes than there are');
    const orders = new Uint8Array(19);
    for (let i = 0; i < given; i++) orders[CODE_ORDER[i]!] = input.bits(3);
    const order = codeOf(orders, false);
    const lengths = new Uint8Array(literals + distances);
    for (let at = 0; at < lengths.length; ) {
      const symbol = input.symbol(order);
      if (symbol < 16) {
        lengths[at++] = symbol;
        continue;
      }
      if (symbol === 16 && at === 0) throw new PackingError('a repetition of nothing');
      const value = symbol === 16 ? lengths[at - 1]! : 0;
      const times =
        symbol === 16 ? 3 + input.bits(2) : symbol === 17 ? 3 + input.bits(3) : 11 + input.bits(7);
      if (at + times > lengths.length) throw new PackingError('more codes than there are');
      lengths.fill(value, at, at + times);
      at += times;
    }
    if (lengths[256] === 0) throw new PackingError('a block without an end');
    this.#literals = codeOf(lengths.subarray(0, literals), true);
    this.#distances = codeOf(lengths.subarray(literals), true);
  }

  #stored(): void {
    const bytes = this.#input.peek();
    if (bytes.length === 0) throw new PackingError('the end of the file');
    const count = Math.min(bytes.length, this.#storedLeft, WINDOW + GATHERED - this.#filled);
    this.#out.set(bytes.subarray(0, count), this.#filled);
    this.#input.skip(count);
    this.#filled += count;
    this.#total += count;
    this.#storedLeft -= count;
    if (this.#storedLeft === 0) this.#close();
  }

  /**
   * Reads symbols until the block ends, the memory is full, or more bytes are needed. Nearly all time goes
   * into this loop, so that it keeps the input's bits in variables of its own.
   */
  #symbols(): void {
    const input = this.#input;
    const out = this.#out;
    const { bytes, isLast } = input;
    const { bits: literalBits, table: literals } = this.#literals;
    const { bits: distanceBits, table: distances } = this.#distances;
    const literalMask = (1 << literalBits) - 1;
    const distanceMask = (1 << distanceBits) - 1;
    const start = this.#filled;
    let { at: from, hold, count } = input;
    let at = start;
    // What is read ahead can be given back, so that the loop may stop after every symbol.
    while (at < WINDOW + GATHERED && (bytes.length - from >= MOST_SYMBOL || isLast)) {
      while (count < 24) {
        hold |= (bytes[from++] ?? 0) << count;
        count += 8;
      }
      const entry = literals[hold & literalMask]!;
      hold >>>= entry & 15;
      count -= entry & 15;
      if (8 * (from - bytes.length) > count) throw new PackingError('the end of the file');
      if (entry === 0) throw new PackingError('a code that is not defined');
      const symbol = entry >> 4;
      if (symbol < 256) {
        out[at++] = symbol;
        continue;
      }
      if (symbol === 256) {
        this.#close();
        break;
      }
      if (symbol > 285) throw new PackingError('a length that is not defined');
      const lengthBits = LENGTH_EXTRA[symbol - 257]!;
      const length = LENGTH_BASE[symbol - 257]! + (hold & ((1 << lengthBits) - 1));
      hold >>>= lengthBits;
      count -= lengthBits;
      while (count < 24) {
        hold |= (bytes[from++] ?? 0) << count;
        count += 8;
      }
      const far = distances[hold & distanceMask]!;
      hold >>>= far & 15;
      count -= far & 15;
      if (far === 0) throw new PackingError('a code that is not defined');
      if (far >> 4 > 29) throw new PackingError('a distance that is not defined');
      const farBits = DISTANCE_EXTRA[far >> 4]!;
      while (count < farBits) {
        hold |= (bytes[from++] ?? 0) << count;
        count += 8;
      }
      const distance = DISTANCE_BASE[far >> 4]! + (hold & ((1 << farBits) - 1));
      hold >>>= farBits;
      count -= farBits;
      if (8 * (from - bytes.length) > count) throw new PackingError('the end of the file');
      if (distance > this.#total + at - start) throw new PackingError('a distance beyond the start');
      // Source and target may overlap: what was just written is copied again.
      for (const end = at + length; at < end; at++) out[at] = out[at - distance]!;
    }
    // Bytes beyond the end were read as zeros.
    const beyond = Math.max(0, from - bytes.length);
    input.at = from - beyond;
    input.count = count - 8 * beyond;
    input.hold = input.count === 32 ? hold : hold & (2 ** input.count - 1);
    this.#total += at - start;
    this.#filled = at;
  }

  #close(): void {
    this.#state = this.#isFinal ? 'done' : 'header';
  }
}

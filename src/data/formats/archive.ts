import { DataError } from '../images/dataset.ts';
import { baseName } from './reading.ts';
import { adviceSentence, kindInPlaceOfPicture } from './signatures.ts';

const BLOCK = 512;
/** The most bytes that a long name may take. No file system has longer paths. */
const MAX_NAME_BYTES = 64 * 1024;

/** A tar member: its path, and its size in bytes. */
export interface Member {
  readonly path: string;
  readonly size: number;
}

/**
 * Takes a member's bytes, part by part; `end` is called when all of them came. The memory of a part is used
 * again.
 */
export interface Sink {
  write(part: Uint8Array): void;
  end(): void;
}

/**
 * A sink that gives a member as a whole, in one piece of memory.
 * @throws DataError if the member claims more than `most` bytes
 */
export function collect(
  name: string,
  size: number,
  most: number,
  done: (bytes: Uint8Array<ArrayBuffer>) => void,
): Sink {
  if (size > most) {
    throw new DataError(
      `${name} is too large: expected at most ${most} bytes, got ${size}. Choose the official archive, or a smaller one.`,
    );
  }
  // Memory grows with the bytes that arrive, so that a false size alone takes none.
  let bytes = new Uint8Array(Math.min(size, FIRST_BYTES));
  let filled = 0;
  return {
    write(part) {
      if (filled + part.length > bytes.length) {
        const grown = new Uint8Array(Math.min(size, Math.max(2 * bytes.length, filled + part.length)));
        grown.set(bytes.subarray(0, filled));
        bytes = grown;
      }
      bytes.set(part, filled);
      filled += part.length;
    },
    end: () => done(bytes),
  };
}

const FIRST_BYTES = 2 ** 20;

/**
 * Walks the 512-byte blocks of a tar as they arrive. It hands on the members for which `target` gives a sink,
 * and drops the others. nanotar needs the whole tar in memory, which is 2.6 GB for STL-10. Long names
 * (ustar's prefix, pax's path, GNU's L) are followed.
 */
export class TarWalker {
  readonly #archive: string;
  readonly #target: (member: Member) => Sink | null;
  #last: Member | null = null;
  readonly #header = new Uint8Array(BLOCK);
  #headerFilled = 0;
  #body: Sink | null = null;
  #bodyFilled = 0;
  #bodySize = 0;
  #padding = 0;
  #ended = false;
  /** Path of the next member, if a member before it gave a long one. */
  #longPath: string | null = null;

  constructor(archive: string, target: (member: Member) => Sink | null) {
    this.#archive = archive;
    this.#target = target;
  }

  /** Takes the next bytes. @throws DataError if there is no tar header where one must be */
  write(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length && !this.#ended) {
      const left = chunk.length - at;
      if (this.#bodyFilled < this.#bodySize) {
        const part = Math.min(left, this.#bodySize - this.#bodyFilled);
        this.#body?.write(chunk.subarray(at, at + part));
        this.#bodyFilled += part;
        at += part;
        if (this.#bodyFilled === this.#bodySize) this.#body?.end();
      } else if (this.#padding > 0) {
        const part = Math.min(left, this.#padding);
        this.#padding -= part;
        at += part;
      } else {
        const part = Math.min(left, BLOCK - this.#headerFilled);
        this.#header.set(chunk.subarray(at, at + part), this.#headerFilled);
        this.#headerFilled += part;
        at += part;
        if (this.#headerFilled === BLOCK) this.#open();
      }
    }
  }

  /** The caller calls this after the last bytes. @throws DataError if the archive's end mark did not come */
  end(): void {
    if (this.#ended) return;
    const reached = this.#last
      ? `${this.#bodyFilled} of the ${this.#last.size} bytes of ${baseName(this.#last.path)}`
      : `${this.#headerFilled} bytes of its first header`;
    throw new DataError(
      `${this.#archive} is truncated: expected the end mark of a tar archive, got no further than ${reached}. Download it again.`,
    );
  }

  #open(): void {
    this.#headerFilled = 0;
    const header = this.#header;
    if (header.every((byte) => byte === 0)) {
      this.#ended = true;
      return;
    }
    const text = (at: number, length: number) => {
      const field = String.fromCharCode(...header.subarray(at, at + length));
      return field.split('\0', 1)[0]!;
    };
    const octal = (at: number, length: number) => Number.parseInt(text(at, length).trim() || '0', 8);
    const size = octal(124, 12);
    if (octal(148, 8) !== checksum(header) || !Number.isFinite(size)) {
      const other = this.#last ? null : kindInPlaceOfPicture(header);
      if (other !== null) {
        throw new DataError(
          `${this.#archive} is no tar archive: expected a tar, got ${other.words}. ${adviceSentence(other)}`,
        );
      }
      throw new DataError(
        `${this.#archive} is no tar archive, or damaged: expected a tar header ${this.#last ? `after ${baseName(this.#last.path)}` : 'at its start'}, got other bytes. ` +
          'Choose the data set’s official archive, or download it again.',
      );
    }
    const type = text(156, 1);
    this.#bodySize = size;
    this.#bodyFilled = 0;
    this.#padding = (BLOCK - (size % BLOCK)) % BLOCK;
    if (type === 'L' || type === 'x') {
      const read = type === 'L' ? gnuPath : paxPath;
      this.#body = collect(`${this.#archive}: a name`, size, MAX_NAME_BYTES, (bytes) => {
        this.#longPath = read(new TextDecoder().decode(bytes)) ?? this.#longPath;
      });
      return;
    }
    const prefix = text(257, 6) === 'ustar' ? text(345, 155) : '';
    const path = this.#longPath ?? (prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`);
    this.#longPath = null;
    const isFile = type === '' || type === '0';
    this.#last = { path, size };
    this.#body = isFile ? this.#target(this.#last) : null;
    if (size === 0) this.#body?.end();
  }
}

function gnuPath(text: string): string | null {
  return text.split('\0', 1)[0]!;
}

/** The path in pax records, which are “length key=value\n”; null if none of them is a path. */
function paxPath(text: string): string | null {
  return /(?:^|\n)\d+ path=([^\n]*)/.exec(text)?.[1] ?? null;
}

/** Sum of a tar header's bytes. The bytes of its own checksum field count as spaces. */
function checksum(header: Uint8Array): number {
  return header.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 32 : byte), 0);
}

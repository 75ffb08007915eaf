import { DataError } from '../../images/dataset.ts';
import { pictureKind } from '../../pictures/pictureHeader.ts';
import { baseName } from '../reading.ts';
import { adviceSentence, kindInPlaceOfPicture } from '../signatures.ts';
import { BLOCK, type Extended, gnuName, isTarHeader, paxFields, tarHeader } from './tarHeader.ts';

/** The most bytes that a long name may take. No file system has longer paths. */
const MAX_NAME_BYTES = 64 * 1024;

/** What a member is: a file, a link to another member, a file with holes, or a device. */
export type MemberKind = 'file' | 'hard link' | 'symbolic link' | 'sparse file' | 'device';

/** A tar member that is no folder. */
export interface Member {
  readonly path: string;
  /** Bytes; those of a link do not count. */
  readonly size: number;
  readonly kind: MemberKind;
  /** Where a link leads; empty for others. */
  readonly target: string;
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

/** The kinds by their types. Types that are not in the list are files, as POSIX has it. */
const KINDS: Readonly<Record<string, MemberKind | null>> = {
  '1': 'hard link',
  '2': 'symbolic link',
  '3': 'device',
  '4': 'device',
  '5': null,
  '6': 'device',
  D: null,
  M: 'device',
  S: 'sparse file',
  V: null,
  g: null,
};

/** Types of members that tell of the next one. */
const EXTENDING: ReadonlySet<string> = new Set('LKxX');
/** Types of links, devices and folders: no bytes follow, whatever size they name. */
const WITHOUT_BYTES: ReadonlySet<string> = new Set('123456V');

/**
 * Walks the 512-byte blocks of a tar as they arrive. It hands on the files for which `target` gives a sink,
 * and drops the others; the target hears of links too, whose sinks do not count. nanotar needs the whole tar
 * in memory, which is 2.6 GB for STL-10. Long names (ustar's prefix, pax's path, GNU's L and K), sizes in
 * base 256 and several tars in one file are followed. An end mark need not come.
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
  #isMap = false;
  #sawZeros = false;
  #ended = false;
  /** What members before the next one say of it. */
  #extended: Extended = {};

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

  /** Whether other bytes come after an end mark, which are not read. */
  get hasRest(): boolean {
    return this.#ended;
  }

  /** The caller calls this after the last bytes. @throws DataError if the archive breaks off */
  end(): void {
    const isWhole =
      this.#bodyFilled === this.#bodySize && this.#padding === 0 && (this.#last !== null || this.#sawZeros);
    const rest = this.#header.subarray(0, this.#headerFilled);
    if (this.#ended || (isWhole && rest.every((byte) => byte === 0))) return;
    if (this.#last === null && !this.#sawZeros) {
      const other = this.#otherKind(rest);
      if (other !== null) throw other;
    }
    const reached =
      this.#last && this.#bodyFilled < this.#bodySize
        ? `${this.#bodyFilled} of the ${this.#last.size} bytes of ${baseName(this.#last.path)}`
        : this.#last && this.#padding > 0
          ? `the end of ${baseName(this.#last.path)}, without the zeros that fill its last block`
          : `${this.#headerFilled} bytes of ${this.#last ? `the header after ${baseName(this.#last.path)}` : 'its first header'}`;
    throw new DataError(
      `${this.#archive} is truncated: expected a tar archive to its end, got no further than ${reached}. Download it again.`,
    );
  }

  #open(): void {
    this.#headerFilled = 0;
    const block = this.#header;
    if (this.#isMap) {
      this.#isMap = block[504] === 1;
      return;
    }
    if (block.every((byte) => byte === 0)) {
      this.#sawZeros = true;
      return;
    }
    const header = tarHeader(block);
    const size = (EXTENDING.has(header.type) ? undefined : this.#extended.size) ?? header.size;
    if (!isTarHeader(block) || !Number.isSafeInteger(size)) {
      // Tapes have old bytes after the end mark.
      if (!this.#sawZeros) throw this.#noHeader(block);
      this.#ended = true;
      return;
    }
    this.#sawZeros = false;
    const kind = KINDS[header.type] ?? (header.type in KINDS ? null : 'file');
    this.#bodySize = WITHOUT_BYTES.has(header.type) ? 0 : size;
    this.#bodyFilled = 0;
    this.#padding = (BLOCK - (this.#bodySize % BLOCK)) % BLOCK;
    this.#isMap = header.hasMap;
    if (this.#extends(header.type, size)) return;
    const { path = header.path, target = header.target, isSparse = false } = this.#extended;
    this.#extended = {};
    this.#body = null;
    if (kind === null || (kind === 'file' && path.endsWith('/'))) return;
    const isLink = kind.endsWith('link');
    this.#last = {
      path,
      size: isLink ? 0 : size,
      kind: isSparse ? 'sparse file' : kind,
      target: isLink ? target : '',
    };
    const sink = this.#target(this.#last);
    this.#body = this.#last.kind === 'file' ? sink : null;
    if (this.#bodySize === 0) this.#body?.end();
  }

  /** Whether a member only tells of the next one. */
  #extends(type: string, size: number): boolean {
    if (!EXTENDING.has(type)) return false;
    const read = (bytes: Uint8Array): Extended => {
      if (type === 'L') return { path: gnuName(bytes) };
      return type === 'K' ? { target: gnuName(bytes) } : paxFields(bytes);
    };
    this.#body = collect(`${this.#archive}: a name`, size, MAX_NAME_BYTES, (bytes) => {
      this.#extended = { ...this.#extended, ...read(bytes) };
    });
    return true;
  }

  #noHeader(block: Uint8Array): DataError {
    const other = this.#last === null ? this.#otherKind(block) : null;
    if (other !== null) return other;
    return new DataError(
      `${this.#archive} is no tar archive, or damaged: expected a tar header ${this.#last ? `after ${baseName(this.#last.path)}` : 'at its start'}, got other bytes. ` +
        'Choose the data set’s official archive, or download it again.',
    );
  }

  /** The fault of a file whose first bytes are those of another kind; null if they are not known. */
  #otherKind(head: Uint8Array): DataError | null {
    const expected = `${this.#archive} is no tar archive: expected a tar, got `;
    const picture = pictureKind(head);
    if (picture !== null) {
      return new DataError(
        `${expected}a picture (${picture}) that is packed alone. Unpack it and choose the folder.`,
      );
    }
    const other = kindInPlaceOfPicture(head);
    if (other === null || other.label === 'tar') return null;
    return new DataError(`${expected}${other.words}. ${adviceSentence(other)}`);
  }
}

import { DataError } from './dataset.ts';

const BLOCK = 512;

/** A tar member: its name without folders, and its size in bytes. */
export interface Member {
  readonly name: string;
  readonly size: number;
}

/**
 * Walks the 512-byte blocks of a tar as they arrive and copies only the members for which `target` gives memory
 * (as many bytes as the member has); for the others it gives null.
 * nanotar parses a tar that is in memory as a whole, which is 184 MB for CIFAR-10; this keeps what is wanted
 * and forgets the rest. Long names (pax, GNU) are not followed: they are longer than any name we look for.
 */
export class TarWalker {
  readonly #archive: string;
  readonly #target: (member: Member) => Uint8Array | null;
  #last: Member | null = null;
  readonly #header = new Uint8Array(BLOCK);
  #headerFilled = 0;
  #body: Uint8Array | null = null;
  #bodyFilled = 0;
  #bodySize = 0;
  #padding = 0;
  #ended = false;

  constructor(archive: string, target: (member: Member) => Uint8Array | null) {
    this.#archive = archive;
    this.#target = target;
  }

  /** Takes the next bytes. @throws DataError where no tar header is */
  write(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length && !this.#ended) {
      const left = chunk.length - at;
      if (this.#bodyFilled < this.#bodySize) {
        const part = Math.min(left, this.#bodySize - this.#bodyFilled);
        this.#body?.set(chunk.subarray(at, at + part), this.#bodyFilled);
        this.#bodyFilled += part;
        at += part;
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

  /** To be called when the bytes are all there. @throws DataError if the archive's end mark did not come */
  end(): void {
    if (this.#ended) return;
    const reached = this.#last
      ? `${this.#bodyFilled} of the ${this.#last.size} bytes of ${this.#last.name}`
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
      throw new DataError(
        `${this.#archive} is no tar archive, or damaged: expected a tar header ${this.#last ? `after ${this.#last.name}` : 'at its start'}, got other bytes. ` +
          'Choose CIFAR-10’s cifar-10-binary.tar.gz, or download it again.',
      );
    }
    const type = text(156, 1);
    const isFile = type === '' || type === '0';
    this.#last = { name: text(0, 100).split('/').at(-1)!, size };
    this.#bodySize = size;
    this.#bodyFilled = 0;
    this.#padding = (BLOCK - (size % BLOCK)) % BLOCK;
    this.#body = isFile ? this.#target(this.#last) : null;
  }
}

/** Sum of a tar header's bytes, its own checksum field counted as spaces. */
function checksum(header: Uint8Array): number {
  return header.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 32 : byte), 0);
}

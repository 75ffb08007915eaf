/** A planned GPU buffer. It is created when a device first uses it. */
export interface Storage {
  readonly name: string;
  /** Bytes, a multiple of 16. */
  readonly size: number;
  /** Usages beside storage and copies, as GPUBufferUsage has them. */
  readonly usage: number;
}

/** A range of a buffer, bytes. Offsets are multiples of ALIGNMENT. */
export interface Span {
  readonly buffer: Storage;
  readonly offset: number;
  readonly size: number;
}

/** Offsets of bindings must be multiples of this on every device. */
export const ALIGNMENT = 256;

/**
 * Plans buffers and uses them again: a buffer that was given back serves the next request that it fits. This
 * needs no device, so the memory of a configuration is known before anything is allocated.
 */
export class Memory {
  readonly #storages: Storage[] = [];
  #free: Storage[] = [];
  readonly #keeps: boolean;

  /**
   * @param keeps whether buffers that are given back keep their contents, for checks that read them after the
   * step
   */
  constructor({ keeps = false }: { readonly keeps?: boolean } = {}) {
    this.#keeps = keeps;
  }

  /** A buffer of its own for `words` 32-bit words. */
  allocate(name: string, words: number, usage = 0): Span {
    const size = sizeOf(words);
    const buffer = { name, size, usage };
    this.#storages.push(buffer);
    return { buffer, offset: 0, size };
  }

  /** A buffer for `words` words whose contents do not matter: a free one that wastes little, or a new one. */
  take(name: string, words: number): Span {
    const size = sizeOf(words);
    const fitting = this.#free.filter((storage) => storage.size >= size && storage.size <= 2 * size);
    const best = fitting.sort((a, b) => a.size - b.size)[0];
    if (best === undefined) return this.allocate(name, words);
    this.#free = this.#free.filter((storage) => storage !== best);
    return { buffer: best, offset: 0, size };
  }

  /** Gives a taken buffer back. Kernels that are recorded later may overwrite it. */
  give({ buffer }: Span): void {
    if (this.#keeps) return;
    if (this.#free.includes(buffer)) throw new Error(`memory: ${buffer.name} was given back twice`);
    this.#free.push(buffer);
  }

  /** Sum of all buffers, bytes. */
  get bytes(): number {
    return this.#storages.reduce((sum, { size }) => sum + size, 0);
  }

  /** The largest buffer; null if there is none. */
  get largest(): Storage | null {
    return this.#storages.reduce<Storage | null>(
      (largest, storage) => (largest === null || storage.size > largest.size ? storage : largest),
      null,
    );
  }
}

/** The part of `span` from `word` on that is `words` long. Starts must be aligned to ALIGNMENT bytes. */
export function part(span: Span, word: number, words: number): Span {
  const offset = span.offset + 4 * word;
  if (offset % ALIGNMENT !== 0)
    throw new Error(`memory: a part must start at a multiple of ${ALIGNMENT} bytes`);
  if (4 * (word + words) > span.size) throw new Error(`memory: a part exceeds ${span.buffer.name}`);
  return { buffer: span.buffer, offset, size: 4 * words };
}

function sizeOf(words: number): number {
  return Math.ceil(Math.max(4, words) / 4) * 16;
}

import type { Span, Storage } from '../plan/memory.ts';

/** Places start at multiples of a line of the processor's caches, bytes. */
const LINE = 64;

/** Where the buffers of a plan lie in one memory, in the order of their first use. */
export class AddressBook {
  readonly #places = new Map<Storage, number>();
  readonly #first: number;
  #end: number;

  /** @param first address of the first buffer */
  constructor(first: number) {
    this.#first = first;
    this.#end = first;
  }

  /** The address of a span, bytes. */
  at({ buffer, offset }: Span): number {
    let place = this.#places.get(buffer);
    if (place === undefined) {
      place = this.#end;
      this.#places.set(buffer, place);
      this.#end = Math.ceil((place + buffer.size) / LINE) * LINE;
    }
    return place + offset;
  }

  /** Bytes of all buffers so far. */
  get bytes(): number {
    return this.#end - this.#first;
  }
}

import type { MapShape } from '../plan/maps.ts';
import type { Memory, Span } from '../plan/memory.ts';
import type { NormPlace } from '../plan/tasks/mapTasks.ts';
import type { AddressBook } from './addressBook.ts';
import type { Call } from './kernels.ts';
import type { MapAt } from './maps.ts';
import { type MatrixAt, rowsOf } from './rows.ts';

/** A place in memory and what it holds from the start. */
interface Upload {
  readonly span: Span;
  readonly data: Uint32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Float32Array<ArrayBuffer>;
}

/** Turns what operations name into addresses, and keeps the calls of kernels in their order. */
export abstract class CpuRecorder {
  readonly calls: Call[] = [];
  readonly uploads: Upload[] = [];
  protected readonly memory: Memory;
  readonly #book: AddressBook;

  /** @param book where the buffers of `memory` lie */
  constructor(memory: Memory, book: AddressBook) {
    this.memory = memory;
    this.#book = book;
  }

  protected record(...calls: readonly Call[]): void {
    this.calls.push(...calls);
  }

  protected at(span: Span): number {
    return this.#book.at(span);
  }

  protected map(shape: MapShape, span: Span): MapAt {
    return { ...shape, at: this.at(span) };
  }

  protected rows(span: Span, columns: number, rows: number, first: number): MatrixAt {
    return rowsOf({ at: this.at(span), rows: first + rows, columns }, first, rows);
  }

  protected placesOf(
    { parameters, running }: { readonly parameters: Span; readonly running: Span },
    place: NormPlace,
  ) {
    return {
      affine: this.at(parameters) + 4 * place.affine,
      running: this.at(running) + 4 * place.running,
    };
  }

  /** The address of a place that holds `data` from the start. */
  protected upload(name: string, data: Upload['data']): number {
    const span = this.memory.allocate(name, data.length);
    this.uploads.push({ span, data });
    return this.at(span);
  }

  /** Records calls that use places of so many bytes, which are free again after them. */
  protected withScratch(
    sizes: readonly number[],
    callsOf: (...addresses: readonly number[]) => readonly Call[],
  ): void {
    const taken = sizes.map((bytes) => this.memory.take('scratch', Math.ceil(bytes / 4)));
    this.record(...callsOf(...taken.map((span) => this.at(span))));
    for (const span of taken) this.memory.give(span);
  }
}

import { ALIGNMENT, type Memory, part, type Span } from '../../plan/memory.ts';
import type { FilterGradientTask } from '../../plan/tasks/mapTasks.ts';
import {
  type FilterParts,
  type FilterTile,
  filterGradient,
  filterPartsOf,
  filterPartsSize,
  filterSums,
  MOST_FILTERS,
} from '../kernels/convolution/convolutionGradients.ts';
import type { Dispatch } from '../kernels/kernel.ts';

/** Floats of partial sums that wait together, 8.4 MB. One filter alone may have more. */
const HELD_FLOATS = 2 ** 21;

/**
 * Gradients of filters, which come in partial sums. Adding these up is little work for each filter, so it
 * waits until it can be done for many in one dispatch.
 */
export class FilterGradients {
  readonly #waiting: FilterParts[] = [];
  /** Holds `#held` floats of partial sums, of which `#used` are taken; null while nothing waits. */
  #parts: Span | null = null;
  #held = 0;
  #used = 0;

  /** @param record records a dispatch after those before it */
  constructor(
    private readonly memory: Memory,
    private readonly record: (dispatch: Dispatch) => void,
  ) {}

  /** Records the partial sums of a filter. Its gradient is there after the next `finish`. */
  add(task: FilterGradientTask, tile: FilterTile): void {
    const gradient = { ...task, dyBorder: 1, parts: this.place(filterPartsSize(task, tile)), tile };
    this.record(filterGradient(gradient));
    this.#waiting.push(filterPartsOf(gradient));
  }

  /** Records the sums of all that waits. */
  finish(): void {
    if (this.#parts === null) return;
    this.record(filterSums(this.#waiting.splice(0)));
    this.memory.give(this.#parts);
    this.#parts = null;
    this.#used = 0;
  }

  /** A place of `words` behind the partial sums that wait. */
  private place(words: number): Span {
    if (this.#waiting.length === MOST_FILTERS || this.#used + words > this.#held) this.finish();
    if (this.#parts === null) {
      this.#held = Math.max(words, HELD_FLOATS);
      this.#parts = this.memory.take('filter parts', this.#held);
    }
    const place = part(this.#parts, this.#used, words);
    this.#used += aligned(words);
    return place;
  }
}

/** Floats up to the next place that a binding may start at. */
export function aligned(floats: number): number {
  return Math.ceil((4 * floats) / ALIGNMENT) * (ALIGNMENT / 4);
}

import type { Span } from '../../plan/memory.ts';
import type { LinearTask } from '../../plan/tasks/rowTasks.ts';
import type { Dispatch } from '../kernels/kernel.ts';
import { matmul } from '../kernels/linear/matmul.ts';

/** A layer whose output an operation makes in its own dispatch, before it reads it. */
export interface LayerBefore {
  readonly input: Span;
  readonly w: Span;
  readonly inputs: number;
}

/**
 * The newest operation, if it is a linear layer: what comes next may do its work as well. In the heads of
 * gates small operations follow each other, and each dispatch makes the GPU wait for the one before.
 */
export class HeldLayer {
  #held: LinearTask | null = null;

  /** Holds a layer. What was held before must have been released. */
  hold(task: LinearTask): void {
    this.#held = task;
  }

  /** The held layer, if it makes exactly the rows that are read, without a bias. Then it is held no more. */
  into(read: {
    readonly matrix: Span;
    readonly rows: number;
    readonly firstRow: number;
  }): LayerBefore | undefined {
    if (this.#held === null) return undefined;
    const { x, w, y, bias, rows, firstRow = 0, inputs } = this.#held;
    const same = y.buffer === read.matrix.buffer && y.offset === read.matrix.offset;
    if (bias || !same || rows !== read.rows || firstRow !== read.firstRow) return undefined;
    this.#held = null;
    return { input: x, w, inputs };
  }

  /** The dispatch of the held layer, which is then held no more; none if there is nothing. */
  release(): readonly Dispatch[] {
    if (this.#held === null) return [];
    const { x, w, bias, y, rows: m, inputs, outputs, firstRow = 0, of } = this.#held;
    this.#held = null;
    const place = { aRow: firstRow, yRow: firstRow, ...(bias ? { bias } : {}) };
    return [matmul({ a: x, b: w, y, m, k: inputs, n: outputs, ...place, of })];
  }
}

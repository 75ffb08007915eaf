import type { Span } from '../../plan/memory.ts';
import type { GateGradientTask } from '../../plan/tasks/gateTasks.ts';
import type { LinearGradientTask, RowNormGradientTask } from '../../plan/tasks/rowTasks.ts';
import { gateGradient } from '../kernels/gate/gateGradient.ts';
import type { Dispatch } from '../kernels/kernel.ts';
import { type After, takesAfter } from '../kernels/linear/linearGradient.ts';
import { rowNormGradient } from '../kernels/norm/rowNormGradient.ts';

/**
 * The newest operation, if it goes back through gates or a BatchNorm over rows: the gradients of the layer
 * before it may do its work as well, as heldLayer.ts says of the way forward.
 */
export class HeldGradient {
  #held: After | null = null;

  /** Holds an operation. What was held before must have been released. */
  hold(after: After): void {
    this.#held = after;
  }

  /** What is held, if it makes exactly what the layer's gradients read. Then it is held no more. */
  into(task: LinearGradientTask): After | undefined {
    const held = this.#held;
    if (held === null || task.dBias || !takesAfter(task, held)) return undefined;
    const { matrix, rows, firstRow, channels } = written(held);
    const { dy } = task;
    const same = dy.buffer === matrix.buffer && dy.offset === matrix.offset && task.outputs === channels;
    if (!same || task.rows !== rows || (task.firstRow ?? 0) !== firstRow) return undefined;
    this.#held = null;
    return held;
  }

  /** The dispatch of what is held, which is then held no more; none if there is nothing. */
  release(): readonly Dispatch[] {
    const held = this.#held;
    this.#held = null;
    if (held === null) return [];
    return [held.kind === 'gate' ? gateGradient(held.task) : rowNormGradient({ ...held.task, relu: true })];
  }
}

/** The rows of a matrix that an operation writes. */
function written(after: After): { matrix: Span; rows: number; firstRow: number; channels: number } {
  return after.kind === 'gate' ? logitsOf(after.task) : inputOf(after.task);
}

function logitsOf({ dLogits, images, gatedPasses, firstGated, channels }: GateGradientTask) {
  return { matrix: dLogits, rows: gatedPasses * images, firstRow: firstGated * images, channels };
}

function inputOf({ dx, rows, passes, firstPass, channels }: RowNormGradientTask) {
  return { matrix: dx, rows: passes * rows, firstRow: firstPass * rows, channels };
}

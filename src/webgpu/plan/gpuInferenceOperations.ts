import type { InferenceOperations } from '../../plan/inferencePlan.ts';
import type { InferenceConvolutionTask, InferenceLinearTask } from '../../plan/tasks/inferenceTasks.ts';
import type { GlobalPoolTask, MaxPoolTask } from '../../plan/tasks/mapTasks.ts';
import type { EvaluationInputTask } from '../../plan/tasks/viewTasks.ts';
import { inferenceConvolution } from '../kernels/convolution/inferenceConvolution.ts';
import { convolutionTile, type Tuning } from '../kernels/convolution/tuning.ts';
import type { Dispatch } from '../kernels/kernel.ts';
import { inferenceLinear } from '../kernels/linear/inferenceLinear.ts';
import { globalPool } from '../kernels/pool/globalPool.ts';
import { maxPool } from '../kernels/pool/maxPool.ts';
import { evaluationInput } from '../kernels/views/viewEvaluation.ts';
import { GPU_LAYOUT } from '../kernels/weightLayout.ts';

/** The dispatches of a frozen network's forward pass, in order. Closed channels are skipped by quads. */
export class GpuInferenceOperations implements InferenceOperations {
  readonly layout = GPU_LAYOUT;
  readonly dispatches: Dispatch[] = [];
  readonly #tuning: Tuning;

  constructor(tuning: Tuning) {
    this.#tuning = tuning;
  }

  inferenceConvolution(task: InferenceConvolutionTask): void {
    this.dispatches.push(inferenceConvolution({ ...task, tile: convolutionTile(this.#tuning, task) }));
  }

  inferenceLinear(task: InferenceLinearTask): void {
    this.dispatches.push(inferenceLinear(task));
  }

  globalPool({ map, ...task }: GlobalPoolTask): void {
    this.dispatches.push(globalPool({ ...map, ...task, split: this.#tuning.poolSplit }));
  }

  maxPool(task: MaxPoolTask): void {
    this.dispatches.push(maxPool(task));
  }

  evaluationInput({ count, ...task }: EvaluationInputTask): void {
    this.dispatches.push(evaluationInput({ ...task, from: 0, to: count, of: 'views' }));
  }
}

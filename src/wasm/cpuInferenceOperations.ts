import { outputShape } from '../plan/convolutionShape.ts';
import type { InferenceOperations } from '../plan/inferencePlan.ts';
import type { InferenceConvolutionTask, InferenceLinearTask } from '../plan/tasks/inferenceTasks.ts';
import type { EvaluationInputTask } from '../plan/tasks/viewTasks.ts';
import { CpuMapOperations } from './cpuMapOperations.ts';
import { inferenceConvolution, inferenceLinear } from './inference.ts';
import { evaluationCalls } from './views.ts';

/** The calls of a frozen network's forward pass, in their order. */
export class CpuInferenceOperations extends CpuMapOperations implements InferenceOperations {
  inferenceConvolution(task: InferenceConvolutionTask): void {
    const { x, input, w, bias, border, skip, gate, inputGate, kernel, stride, padding } = task;
    const y = this.map({ ...outputShape(task), border }, task.y);
    const layer = {
      ...{ kernel, stride, padding, relu: task.relu, y, clearsBorder: false },
      x: this.map(input, x),
      w: this.at(w),
      bias: this.at(bias),
    };
    if (gate && task.skipClosed) {
      this.openConvolution(layer, gate);
      return;
    }
    this.record(
      inferenceConvolution({
        ...layer,
        ...(skip ? { skip: { map: this.map({ ...y, border: skip.border }, skip.map) } } : {}),
        ...(gate ? { gates: this.at(gate) } : {}),
        ...(inputGate ? this.openOf(inputGate) : {}),
      }),
    );
  }

  inferenceLinear({ x, w, bias, y, rows, inputs, outputs, act }: InferenceLinearTask): void {
    this.record(
      inferenceLinear({
        x: this.rows(x, inputs, rows, 0),
        w: this.at(w),
        bias: this.at(bias),
        y: this.rows(y, outputs, rows, 0),
        act,
      }),
    );
  }

  evaluationInput({ images, y, size, border, count, normalisation }: EvaluationInputTask): void {
    const task = { images: this.at(images), y: this.at(y), size, border, from: 0, to: count };
    this.record(...evaluationCalls({ ...task, normalisation }));
  }
}

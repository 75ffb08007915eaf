import { outputShape } from '../plan/convolutionShape.ts';
import type { InferenceOperations } from '../plan/inferencePlan.ts';
import type { InferenceConvolutionTask, InferenceLinearTask } from '../plan/tasks/inferenceTasks.ts';
import type { EvaluationInputTask } from '../plan/tasks/viewTasks.ts';
import { CpuMapOperations } from './cpuMapOperations.ts';
import { inferenceConvolution, inferenceLinear } from './inference.ts';
import { evaluationCalls } from './views.ts';

/** The calls of a frozen network's forward pass, in their order. Closed channels are skipped by octets. */
export class CpuInferenceOperations extends CpuMapOperations implements InferenceOperations {
  inferenceConvolution(task: InferenceConvolutionTask): void {
    const { x, input, w, bias, border, skip, gate, inputGate, kernel, stride, padding } = task;
    const y = this.map({ ...outputShape(task), border }, task.y);
    this.record(
      inferenceConvolution({
        ...{ kernel, stride, padding, relu: task.relu, skipClosed: task.skipClosed },
        x: this.map(input, x),
        w: this.at(w),
        bias: this.at(bias),
        y,
        ...(skip ? { skip: this.map({ ...y, border: skip.border }, skip.map) } : {}),
        ...(gate ? { gate: this.at(gate) } : {}),
        ...(inputGate ? { inputGate: this.at(inputGate) } : {}),
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

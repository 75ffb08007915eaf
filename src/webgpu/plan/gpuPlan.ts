import type { EvaluationPlan } from '../../plan/evaluationPlan.ts';
import type { Memory } from '../../plan/memory.ts';
import { planAll } from '../../plan/planAll.ts';
import type { PlannedSetup, PlanOptions, StepPlan } from '../../plan/stepPlan.ts';
import type { Tuning } from '../kernels/convolution/tuning.ts';
import { GpuOperations } from './gpuOperations.ts';

/** What a plan for a GPU depends on beside the network. */
export interface GpuPlanOptions extends PlanOptions {
  readonly tuning: Tuning;
}

export type GpuStepPlan = StepPlan<GpuOperations>;
export type GpuEvaluationPlan = EvaluationPlan<GpuOperations>;

/** Plans the step and the evaluation of every branch as dispatches. It needs no device. */
export function planOnGpu(
  setup: PlannedSetup,
  memory: Memory,
  { tuning, ...options }: GpuPlanOptions,
): { plan: GpuStepPlan; evaluations: GpuEvaluationPlan[] } {
  return planAll(setup, memory, () => new GpuOperations(memory, tuning), options);
}

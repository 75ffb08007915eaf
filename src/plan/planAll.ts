import { type EvaluationPlan, planEvaluation } from './evaluationPlan.ts';
import { quads } from './maps.ts';
import type { Memory } from './memory.ts';
import type { Operations } from './operations.ts';
import { type PlannedSetup, type PlanOptions, planStep, type StepPlan } from './stepPlan.ts';

/**
 * Plans the step and the evaluation of every branch in the same buffers.
 * @param record begins a list of operations in `memory`
 */
export function planAll<Recorded extends Operations>(
  setup: PlannedSetup,
  memory: Memory,
  record: () => Recorded,
  options: PlanOptions,
): { plan: StepPlan<Recorded>; evaluations: EvaluationPlan<Recorded>[] } {
  const plan = planStep(setup, memory, record(), options);
  const { network, rows } = plan.context;
  const images = rows.images * rows.passes;
  const words = Math.ceil((images * setup.images.size ** 2 * 3) / 4);
  const pixels = options.inputs === 'given' ? null : memory.allocate('evaluation images', words);
  const widest = Math.max(...network.blocks.map(({ channels }) => channels));
  const zeros = memory.allocate('no noise', images * 4 * quads(widest));
  const noNoise = network.blocks.map(() => zeros);
  const evaluations = setup.system.branches.map((branch) =>
    planEvaluation(setup, memory, record(), plan, pixels, noNoise, branch),
  );
  return { plan, evaluations };
}

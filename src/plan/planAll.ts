import { type EvaluationPlan, planEvaluation } from './evaluationPlan.ts';
import type { Memory } from './memory.ts';
import { type PlannedSetup, type PlanOptions, planStep, type StepPlan } from './stepPlan.ts';

/** Plans the step and the evaluation of every branch in the same buffers. */
export function planAll(
  setup: PlannedSetup,
  memory: Memory,
  options: PlanOptions,
): { plan: StepPlan; evaluations: EvaluationPlan[] } {
  const plan = planStep(setup, memory, options);
  const { network, rows } = plan.context;
  const images = rows.images * rows.passes;
  const words = Math.ceil((images * setup.images.size ** 2 * 3) / 4);
  const pixels = options.inputs === 'given' ? null : memory.allocate('evaluation images', words);
  const widest = Math.max(...network.blocks.map(({ channels }) => channels));
  const zeros = memory.allocate('no noise', images * widest);
  const evaluations = setup.system.branches.map((branch) =>
    planEvaluation(
      setup,
      memory,
      plan,
      pixels,
      network.blocks.map(() => zeros),
      branch,
    ),
  );
  return { plan, evaluations };
}

import type { RunState } from './run.ts';

/** What followed from the newest change of t_d. */
export interface BudgetOutcome {
  readonly from: number;
  readonly to: number;
  /** The step after which t_d was moved. */
  readonly step: number;
  /** Steps made since then. */
  readonly steps: number;
  /** MACs in training now over those before, less 1. Null until some steps were made. */
  readonly macs: number | null;
  /**
   * 20-NN accuracy of the gated branch at the newest evaluation less that of the last one before. Null until
   * it was evaluated again.
   */
  readonly accuracy: number | null;
}

/** Number of steps over which the noisy MAC ratio is averaged. */
const STEPS = 10;

/** What followed from the newest change of t_d in a run; null if it was never moved. */
export function budgetOutcome(run: RunState | null): BudgetOutcome | null {
  const change = run?.record.budgets.at(-1);
  if (!run || !change) return null;
  const { steps, epochs, budgets } = run.record;
  const from = budgets.at(-2)?.budget ?? run.config.budget;
  if (from === change.budget) return null;
  const before = steps.filter(({ step }) => step <= change.step).slice(-STEPS);
  const after = steps.filter(({ step }) => step > change.step);
  const [was, is] = [ratioOf(before), ratioOf(after.slice(-STEPS))];
  const known = (step: (each: number) => boolean) =>
    epochs.findLast((row) => step(row.step) && typeof row.knn20.gated === 'number')?.knn20.gated ?? null;
  const [knew, knows] = [known((step) => step <= change.step), known((step) => step > change.step)];
  return {
    ...{ from, to: change.budget, step: change.step, steps: after.length },
    macs: was === null || is === null || after.length < STEPS ? null : is / was - 1,
    accuracy: knew === null || knows === null ? null : knows - knew,
  };
}

function ratioOf(rows: RunState['record']['steps']): number | null {
  const ratios = rows.flatMap(({ macRatio }) => (macRatio === null ? [] : [macRatio]));
  return ratios.length === 0 ? null : ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
}

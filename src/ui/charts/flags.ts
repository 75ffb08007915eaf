import type { RunRecord } from '../../store/run/run.ts';
import type { Flag } from './curves.ts';

/**
 * What happened in a run, as marks on its charts: every change of t_d, and that it diverged.
 * @param first t_d at the start
 */
export function flagsOf(
  changes: RunRecord['budgets'],
  first: number | null,
  diverged: RunRecord['diverged'],
): Flag[] {
  const flags = changes.map(({ step, budget }, i): Flag => {
    const before = i === 0 ? first : changes[i - 1]!.budget;
    return { step, label: `t_d ${short(before ?? budget)} → ${short(budget)}` };
  });
  // The step with the loss that was not finite was not applied, so the run ended after the one before.
  return diverged === null ? flags : [...flags, { step: diverged.step - 1, label: 'diverged' }];
}

function short(budget: number): string {
  return budget.toFixed(2).replace(/^0/, '');
}

import type { RunRecord } from '../../store/run/run.ts';
import { share } from '../shell/format.ts';
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
    return { step, label: `t_d ${share(before ?? budget, 2)} → ${share(budget, 2)}` };
  });
  // The step with the loss that was not finite was not applied, so the run ended after the one before.
  return diverged === null ? flags : [...flags, { step: diverged.step - 1, label: 'diverged' }];
}

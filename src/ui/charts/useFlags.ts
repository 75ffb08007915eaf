import { useMemo } from 'react';
import { useSampled } from '../shell/useSampled.ts';
import type { Flag } from './curves.ts';

/** Every change of t_d in the run, as marks on a chart. */
export function useFlags(turn: number): readonly Flag[] {
  const changes = useSampled((run) => run?.record.budgets ?? null, turn);
  const first = useSampled((run) => run?.config.budget ?? null, turn);
  return useMemo(
    () =>
      (changes ?? []).map(({ step, budget }, i) => {
        const before = i === 0 ? first : changes?.[i - 1]?.budget;
        return { step, label: `t_d ${short(before ?? budget)} → ${short(budget)}` };
      }),
    [changes, first],
  );
}

function short(budget: number): string {
  return budget.toFixed(2).replace(/^0/, '');
}

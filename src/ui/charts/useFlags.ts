import { useMemo } from 'react';
import type { RunRecord } from '../../store/run/run.ts';
import { useSampled } from '../shell/useSampled.ts';
import type { Flag } from './curves.ts';
import { flagsOf } from './flags.ts';

const NONE: RunRecord['budgets'] = [];

/** What happened in the run on the page, as marks on a chart. */
export function useFlags(turn: number): readonly Flag[] {
  const changes = useSampled((run) => run?.record.budgets ?? NONE, turn);
  const first = useSampled((run) => run?.config.budget ?? null, turn);
  const diverged = useSampled((run) => run?.record.diverged ?? null, turn);
  return useMemo(() => flagsOf(changes, first, diverged), [changes, first, diverged]);
}

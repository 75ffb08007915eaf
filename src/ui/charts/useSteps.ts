import { useMemo } from 'react';
import type { StepRow } from '../../metrics.ts';
import type { RunRecord } from '../../store/run/run.ts';
import { useSampled } from '../shell/useSampled.ts';

/** Always the same empty list, so that React does not redraw a chart without a run. */
export const NO_STEPS: readonly StepRow[] = [];

/** The steps of a run with the one that ended it, if its loss was not finite. */
export function stepsOf({ steps, diverged }: Pick<RunRecord, 'steps' | 'diverged'>): readonly StepRow[] {
  return diverged ? [...steps, diverged] : steps;
}

/** The same of the run on the page, for a figure with this turn. */
export function useSteps(turn: number): readonly StepRow[] {
  const steps = useSampled((run) => run?.record.steps ?? NO_STEPS, turn);
  const diverged = useSampled((run) => run?.record.diverged ?? null, turn);
  return useMemo(() => stepsOf({ steps, diverged }), [steps, diverged]);
}

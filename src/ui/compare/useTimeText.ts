import { useRuns } from '../../store/runs/runs.ts';
import type { PlannedRun } from '../../store/studies/sweep.ts';
import { secondsFor } from '../../store/studies/sweep.ts';
import { clock } from '../shell/format.ts';

/** Tells how long planned runs will take: by the runs timed here, else by those that were recorded. */
export function useTimeText(): (runs: readonly PlannedRun[], side: number) => string {
  const own = useRuns((state) => state.own);
  const recorded = useRuns((state) => state.recorded);
  const machine = useRuns((state) => state.recordedOn);
  return (runs, side) => {
    const here = secondsFor(runs, own, side);
    if (here !== null) return `about ${clock(here)} by the runs timed here`;
    const unknown = 'how long they take here is known once a run has ended';
    const there = secondsFor(runs, recorded, side, 'recorded');
    if (there === null || machine === null) return unknown;
    return `${unknown}; it would be about ${clock(there)} on the machine of the recorded runs (${machine})`;
  };
}

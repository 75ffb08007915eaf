import { useEffect, useMemo, useState } from 'react';
import { useRuns } from '../../store/runs/runs.ts';
import { measuredRuns, sectionsOf } from '../../store/runs/runsTable.ts';
import { useSampled } from '../shell/useSampled.ts';
import type { LiveRun } from './livePoints.ts';
import { ParetoPanel } from './ParetoPanel.tsx';

/** All runs that ended here, were opened or recorded, beside the run on the page. */
export default function RunsPareto() {
  const own = useRuns((state) => state.own);
  const recorded = useRuns((state) => state.recorded);
  const [selected, setSelected] = useState<string | null>(null);
  const sections = useMemo(() => sectionsOf(measuredRuns([...own, ...recorded]), 'knn20'), [own, recorded]);
  const run = useSampled((state) => (state?.record.final ? null : (state?.config ?? null)), 3);
  const ready = useSampled((state) => state?.record.ready ?? null, 3);
  const evaluation = useSampled((state) => state?.record.epochs.at(-1) ?? null, 3);
  const live = useMemo(
    (): LiveRun | null =>
      run && ready && evaluation
        ? {
            ...{ config: run, evaluation },
            ...{ side: ready.data.size, denseMacs: ready.network.denseMacs },
          }
        : null,
    [run, ready, evaluation],
  );
  useEffect(() => void useRuns.getState().load(), []);
  return (
    <ParetoPanel
      {...{ sections, selected, live }}
      measure="knn20"
      onSelect={(row) => setSelected(row === selected ? null : row)}
    />
  );
}

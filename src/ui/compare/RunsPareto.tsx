import { useEffect, useMemo, useState } from 'react';
import { useRuns } from '../../store/runs/runs.ts';
import { measuredRuns, sectionsOf } from '../../store/runs/runsTable.ts';
import { ParetoPanel } from './ParetoPanel.tsx';

/** All runs that ended here, were opened or recorded, beside the run on the page. */
export default function RunsPareto() {
  const own = useRuns((state) => state.own);
  const recorded = useRuns((state) => state.recorded);
  const [selected, setSelected] = useState<string | null>(null);
  const sections = useMemo(() => sectionsOf(measuredRuns([...own, ...recorded]), 'knn20'), [own, recorded]);
  useEffect(() => void useRuns.getState().load(), []);
  return (
    <ParetoPanel
      {...{ sections, selected }}
      measure="knn20"
      paper={null}
      onSelect={(row) => setSelected(row === selected ? null : row)}
    />
  );
}

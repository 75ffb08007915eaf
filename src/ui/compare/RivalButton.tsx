import { useMemo } from 'react';
import { underWay, usePlayground } from '../../store/playground.ts';
import type { BranchRow } from '../../store/runs/runsTable.ts';
import { useSettings } from '../../store/settings.ts';
import { rivalOf, trainRival } from '../../store/studies/rival.ts';
import { useSweep } from '../../store/studies/sweep.ts';
import { percent } from '../shell/format.ts';

interface RivalButtonProps {
  readonly row: BranchRow;
  /** All rows of its section. */
  readonly rows: readonly BranchRow[];
}

/** Trains the small dense network that a row of gated runs lacks; nothing beside other rows. */
export function RivalButton({ row, rows }: RivalButtonProps) {
  const chosen = useSettings(({ source }) => source);
  const busy = usePlayground(({ run }) => underWay(run));
  const sweeping = useSweep(({ state }) => state === 'running' || state === 'held');
  const rival = useMemo(() => rivalOf(row, rows, chosen), [row, rows, chosen]);
  if (rival === null) return null;
  const { width, share } = rival.small;
  return (
    <button
      type="button"
      className="button tiny rival"
      title={`Dense VICReg of width ${width}, ${percent(share)} of the dense MACs: with the same seeds, images and steps. It takes the place of the run on the page.`}
      disabled={busy || sweeping}
      onClick={() => trainRival(rival)}
    >
      Train the small dense rival ({percent(share)})
    </button>
  );
}

import { useState } from 'react';
import { useLooks } from '../../store/looks.ts';
import { useSelection } from '../../store/run/selection.ts';
import type { MenuItem } from '../shell/Menu.tsx';

/** The axes of a panel's charts, and the menu items that change them. */
interface ChartMenu {
  /** Whether the values are on a logarithmic axis. */
  readonly log: boolean;
  readonly items: readonly MenuItem[];
}

/**
 * Every panel chooses the axis of its values. The axis of the steps and the zoom are those of all charts.
 * @param first whether the values are on a logarithmic axis until the user chooses
 */
export function useChartMenu(first = false): ChartMenu {
  const [log, setLog] = useState(first);
  const logSteps = useLooks((looks) => looks.logSteps);
  const zoomed = useSelection(({ zoom }) => zoom !== null);
  const expected = useLooks((looks) => looks.expected);
  const { choose } = useLooks.getState();
  const { zoomTo } = useSelection.getState();
  return {
    log,
    items: [
      { label: 'Logarithmic values', pressed: log, act: () => setLog(!log) },
      { label: 'Logarithmic steps', pressed: logSteps, act: () => choose({ logSteps: !logSteps }) },
      {
        label: 'Recorded run behind own runs',
        pressed: expected,
        act: () => choose({ expected: !expected }),
      },
      ...(zoomed ? [{ label: 'Show all steps', act: () => zoomTo(null) }] : []),
    ],
  };
}

import { underWay, usePlayground } from '../../store/playground.ts';
import type { RunState } from '../../store/run/run.ts';
import { later } from '../shell/later.tsx';

const DialPanel = later('Budget dial', () => import('./DialPanel.tsx'));

/** The dial of the run on the page. Its code comes once there is a run that may have one. */
export function DialPlace() {
  const there = usePlayground(({ run }) => mayHaveDial(run));
  return there ? <DialPanel /> : null;
}

/** Whether something stands in the dial's place. A recording without a dial has nothing to say about it. */
function mayHaveDial(run: RunState | null): boolean {
  if (run === null || (underWay(run) && run.state !== 'paused')) return false;
  return run.record.dial !== null || run.origin.kind !== 'recorded';
}

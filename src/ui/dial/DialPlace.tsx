import { underWay, usePlayground } from '../../store/playground.ts';
import { type RunState, stepsMade } from '../../store/run/run.ts';
import { later } from '../shell/later.tsx';

const DialPanel = later('Budget dial', () => import('./DialPanel.tsx'));

/**
 * The dial of the run on the page. Its code comes once there is a run that may have one; its place is kept
 * meanwhile, so that nothing below moves when it comes.
 */
export function DialPlace() {
  const there = usePlayground(({ run }) => mayHaveDial(run));
  if (!there) return null;
  return (
    <div className="dial-place">
      <DialPanel />
    </div>
  );
}

/** Whether something stands in the dial's place. A recording without a dial has nothing to say about it. */
function mayHaveDial(run: RunState | null): boolean {
  if (run === null || run.record.ready === null) return false;
  if (underWay(run) && run.state !== 'paused') return false;
  if (stepsMade(run) === 0 && run.record.weights === null) return false;
  return run.record.dial !== null || run.origin.kind !== 'recorded';
}

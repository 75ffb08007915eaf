import { useState } from 'react';
import { underWay, usePlayground } from '../../store/playground.ts';
import { byProject, type RunState, stepsMade } from '../../store/run/run.ts';
import { useShown } from '../../store/run/shown.ts';
import { later } from '../shell/later.tsx';

const DialPanel = later('Budget dial', () => import('./DialPanel.tsx'));

/**
 * The dial of the run on the page. Its code comes once there is a run that may have one; its place is kept
 * meanwhile, so that nothing below moves when it comes. That of a run that comes with the page waits for its
 * button or for a link to it, since the page opens sooner without.
 */
export function DialPlace() {
  const there = usePlayground(({ run }) => mayHaveDial(run));
  const waits = usePlayground(({ run }) => byProject(run) !== null);
  const turned = useShown((shown) => shown.turned !== null);
  const [opened, setOpened] = useState(false);
  if (turned && !opened) setOpened(true);
  if (!there) return null;
  if (waits && !opened)
    return (
      <div className="row">
        <button type="button" className="button tiny" onClick={() => setOpened(true)}>
          Turn the budget dial
        </button>
        <span className="muted small">This network at other budgets, not trained again.</span>
      </div>
    );
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

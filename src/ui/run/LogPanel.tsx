import { useState } from 'react';
import type { RunState } from '../../store/run/run.ts';
import { useShown } from '../../store/run/shown.ts';
import { Empty, Panel } from '../shell/Panel.tsx';
import { ScrollRegion } from '../shell/ScrollRegion.tsx';

/** Number of lines that are drawn at first: a run of an hour has thousands, most of them of evaluations. */
const SHOWN = 100;

/** The log of what happened, newest line first. */
export function LogPanel() {
  const log = useShown(({ run }) => run?.log ?? null);
  const [isWhole, setWhole] = useState(false);
  return (
    <Panel title="Log" topic="log">
      {log && log.length > 0 ? (
        <LogLines log={log} isWhole={isWhole} onWhole={setWhole} />
      ) : (
        <Empty>Evaluations, budget changes and faults are noted here.</Empty>
      )}
    </Panel>
  );
}

/** The newest lines, or all of them, and where there are more the button that shows them. */
export function LogLines({
  log,
  isWhole,
  onWhole,
}: {
  readonly log: RunState['log'];
  readonly isWhole: boolean;
  readonly onWhole: (isWhole: boolean) => void;
}) {
  const first = isWhole ? 0 : Math.max(0, log.length - SHOWN);
  return (
    <>
      <ScrollRegion as="ul" className="log" label="Log, newest first">
        {log
          // A run that was read from a file brings its lines kind by kind.
          .toSorted((a, b) => a.step - b.step)
          .slice(first)
          .map(({ step, text, level }, i) => (
            <li key={`${first + i} ${text}`} className={level}>
              <span className="muted">step {step}</span>
              <span>{text}</span>
            </li>
          ))
          .reverse()}
      </ScrollRegion>
      {log.length > SHOWN && (
        <button type="button" onClick={() => onWhole(!isWhole)} aria-expanded={isWhole}>
          {isWhole ? `Show the newest ${SHOWN}` : `Show all ${log.length} lines`}
        </button>
      )}
    </>
  );
}

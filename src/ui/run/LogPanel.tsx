import { useShown } from '../../store/run/shown.ts';
import { Empty, Panel } from '../shell/Panel.tsx';
import { ScrollRegion } from '../shell/ScrollRegion.tsx';

/** Number of lines that are drawn. Older lines are not useful. */
const SHOWN = 100;

/** The log of what happened, newest line first. */
export function LogPanel() {
  const log = useShown(({ run }) => run?.log ?? null);
  return (
    <Panel title="Log" topic="log">
      {log && log.length > 0 ? (
        <ScrollRegion as="ul" className="log" label="Log, newest first">
          {log
            // A run that was read from a file brings its lines kind by kind.
            .toSorted((a, b) => a.step - b.step)
            .map(({ step, text, level }, i) => (
              <li key={`${i} ${text}`} className={level}>
                <span className="muted">step {step}</span>
                <span>{text}</span>
              </li>
            ))
            .slice(-SHOWN)
            .reverse()}
        </ScrollRegion>
      ) : (
        <Empty>Evaluations, budget changes and faults are noted here.</Empty>
      )}
    </Panel>
  );
}

import { underWay, usePlayground } from '../../store/playground.ts';
import { type Change, differencesToNext, takeOverSettings } from '../../store/run/thisRun.ts';
import { useSettings } from '../../store/settings.ts';

/** Most names of settings that are written out. */
const NAMED = 4;

/** Says that the drawer is about the next run, and offers the settings of the run on the page. */
export function NotThisRun() {
  const config = useSettings((settings) => settings.config);
  const run = usePlayground((playground) => playground.run?.config ?? null);
  const budget = usePlayground((playground) => playground.run?.budget ?? null);
  const locked = usePlayground((playground) => underWay(playground.run));
  if (!run || budget === null) return null;
  const differing = differencesToNext(usePlayground.getState().run, { config });
  if (locked) {
    return (
      <div className="not-this-run">
        <p className="muted small">
          The run under way began with these settings; Reset to change them. t<sub>d</sub> can be moved at any
          time.
        </p>
      </div>
    );
  }
  if (differing.length === 0) {
    return <p className="muted small not-this-run">The run on the page has the same settings.</p>;
  }
  return (
    <div className="not-this-run">
      <p className="small">Settings of the next run. The run on the page differs in {namesOf(differing)}.</p>
      <button type="button" className="button" onClick={takeOverSettings}>
        Take over this run’s settings
      </button>
    </div>
  );
}

function namesOf(differing: readonly Change[]): string {
  const names = differing.slice(0, NAMED).map(({ label }) => label);
  const rest = differing.length - names.length;
  return rest > 0 ? `${names.join(', ')} and ${rest} more` : names.join(', ');
}

import { FIELDS } from '../../fields.ts';
import { usePlayground } from '../../store/playground.ts';
import { differencesToNext } from '../../store/run/thisRun.ts';
import { deviations, runName } from '../../store/runs/runsText.ts';
import { useSettings } from '../../store/settings.ts';
import { count } from '../shell/format.ts';

const SHOWN = FIELDS.filter(({ group }) => group === 'basic' || group === 'advanced');

/** What the run on the page was made of. Where the next run would differ, that is marked. */
export function ThisRun() {
  const config = usePlayground(({ run }) => run?.config ?? null);
  const budget = usePlayground(({ run }) => run?.budget ?? null);
  const next = useSettings((settings) => settings.config);
  if (!config || budget === null) return null;
  const differing = differencesToNext(usePlayground.getState().run, { config: next });
  const { preset, shared, own } = deviations(config);
  const but = [...shared, ...own];
  return (
    <details className="this-run">
      <summary>
        <strong>This run:</strong> {runName({ config: { ...config, budget } })}
        <span className="muted">
          {' '}
          · “{preset}”{but.length > 0 && ` but ${but.join(', ')}`}
        </span>
        {differing.length > 0 && (
          <span className="badge differs">
            the next run differs in {count(differing.length)}{' '}
            {differing.length === 1 ? 'setting' : 'settings'}
          </span>
        )}
      </summary>
      <dl>
        {SHOWN.map(({ key, label, unit }) => (
          <div key={key} className={config[key] === next[key] ? undefined : 'differs'}>
            <dt>
              {label} {unit && unit !== label.toLowerCase() && <span className="muted">{unit}</span>}
            </dt>
            <dd>
              {config[key]}
              {config[key] !== next[key] && <span className="muted"> next: {next[key]}</span>}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

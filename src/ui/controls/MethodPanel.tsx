import { underWay, usePlayground } from '../../store/playground.ts';
import { METHODS, useSettings } from '../../store/settings.ts';
import { Panel } from '../shell/Panel.tsx';

/** Which system trains. */
export function MethodPanel() {
  const system = useSettings(({ config }) => config.system);
  const change = useSettings((state) => state.change);
  const locked = usePlayground(({ run }) => underWay(run));
  const chosen = METHODS.find(({ id }) => id === system);

  return (
    <Panel title="Method" topic="method">
      <fieldset disabled={locked}>
        <legend className="visually-hidden">Method</legend>
        {METHODS.map(({ id, label }) => (
          <label className="choice" key={id}>
            <input type="radio" name="system" checked={id === system} onChange={() => change('system', id)} />
            <span>{label}</span>
          </label>
        ))}
      </fieldset>
      {chosen && (
        <p className="muted small">
          {chosen.summary} {chosen.source}.
        </p>
      )}
    </Panel>
  );
}

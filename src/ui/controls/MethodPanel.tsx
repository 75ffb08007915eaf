import { useState } from 'react';
import { CHOICES, type ChoiceField, SWITCHES, type SwitchField } from '../../choices.ts';
import type { RunConfig } from '../../config.ts';
import { FIELDS } from '../../fields.ts';
import { underWay, usePlayground } from '../../store/playground.ts';
import { METHODS, useSettings } from '../../store/settings.ts';
import { Panel } from '../shell/Panel.tsx';
import { NumberInput } from './NumberInput.tsx';

const NUMBERS = FIELDS.filter(({ group }) => group === 'system');

/** Chooses the system, and sets what only that system has. */
export function MethodPanel() {
  const [about, setAbout] = useState<string | null>(null);
  const config = useSettings((state) => state.config);
  const change = useSettings((state) => state.change);
  const locked = usePlayground(({ run }) => underWay(run));
  const chosen = METHODS.find(({ id }) => id === config.system);
  const choices = CHOICES.filter(({ systems }) => systems.includes(config.system));
  const switches = SWITCHES.filter((field) => applies(field, config));
  const numbers = NUMBERS.filter(({ systems, key }) => systems?.includes(config.system) && fits(key, config));

  return (
    <Panel title="Method" topic="method">
      <fieldset disabled={locked}>
        <legend className="visually-hidden">Method</legend>
        {METHODS.map(({ id, label }) => (
          <label className="choice" key={id}>
            <input
              type="radio"
              name="system"
              checked={id === config.system}
              onChange={() => change('system', id)}
            />
            <span>{label}</span>
          </label>
        ))}
      </fieldset>
      {chosen && (
        <p className="muted small">
          {chosen.summary} {chosen.source}.
        </p>
      )}
      {(choices.length > 0 || switches.length > 0) && (
        <fieldset disabled={locked} className="system-settings">
          <legend className="visually-hidden">Settings of this method</legend>
          {choices.map((field) => (
            <Choice key={field.key} field={field} />
          ))}
          {switches.map((field) => (
            <label className="choice" key={field.key} title={field.help}>
              <input
                type="checkbox"
                checked={config[field.key]}
                onFocus={() => setAbout(`${field.label}: ${field.help}`)}
                onChange={({ currentTarget }) => change(field.key, currentTarget.checked)}
              />
              <span>{field.label}</span>
            </label>
          ))}
          <div className="fields">
            {numbers.map((field) => (
              <NumberInput
                key={field.key}
                field={field}
                value={config[field.key]}
                changed={false}
                onChange={(value) => change(field.key, value)}
                onFocus={() => setAbout(`${field.label}: ${field.help}`)}
              />
            ))}
          </div>
        </fieldset>
      )}
      {about && !locked && (
        <p className="muted small" aria-live="polite">
          {about}
        </p>
      )}
    </Panel>
  );
}

function Choice({ field }: { readonly field: ChoiceField }) {
  const value = useSettings(({ config }) => config[field.key]);
  const change = useSettings((state) => state.change);
  return (
    <label className="pick" title={field.help}>
      <span className="label">{field.label}</span>
      <select
        className="input"
        value={value}
        onChange={({ currentTarget }) => {
          const option = field.options.find((candidate) => candidate.value === currentTarget.value);
          if (option) change(field.key, option.value);
        }}
      >
        {field.options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}

function applies({ systems, slimForm }: SwitchField, config: RunConfig): boolean {
  return systems.includes(config.system) && (slimForm === undefined || slimForm === config.slimForm);
}

/** Whether a setting applies: the narrow width belongs to one form, the temperature to one objective. */
function fits(key: keyof RunConfig, { slimForm, slimObjective }: RunConfig): boolean {
  if (key === 'slimWidth') return slimForm === 'dual';
  return key !== 'contrastTemperature' || slimObjective === 'contrastive';
}

import { useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { FIELDS, type NumberField } from '../../fields.ts';
import { underWay, usePlayground } from '../../store/playground.ts';
import { changedFields, faults, useSettings } from '../../store/settings.ts';
import { Panel } from '../shell/Panel.tsx';
import { MemoryLine } from './MemoryLine.tsx';
import { NumberInput } from './NumberInput.tsx';
import { RateHint } from './RateHint.tsx';

const BASIC = FIELDS.filter(({ group, key }) => group === 'basic' && key !== 'seed');
const ADVANCED = FIELDS.filter(({ group }) => group === 'advanced');

/** The numbers of the next run, generated from the one schema. */
export function SettingsPanel() {
  const [entered, setEntered] = useState<NumberField | null>(null);
  const config = useSettings((state) => state.config);
  const changed = useSettings(useShallow(changedFields));
  const problems = useSettings(useShallow(faults));
  const change = useSettings((state) => state.change);
  const restore = useSettings((state) => state.restore);
  const adopt = useSettings((state) => state.adopt);
  const shown = usePlayground(({ run }) => (run && run.origin.kind !== 'here' ? run.config : null));
  const origin = usePlayground(({ run }) => run?.origin.kind);
  const locked = usePlayground(({ run }) => underWay(run));

  // Plain SGD has no trust coefficient.
  const advanced = ADVANCED.filter(({ key }) => key !== 'larsTrust' || config.optimizer === 'lars');

  const actions = [{ label: 'Back to the preset', act: restore }];
  if (shown) actions.push({ label: `As in the ${origin} run`, act: () => adopt(shown) });

  const input = (field: NumberField) => (
    <NumberInput
      key={field.key}
      field={field}
      value={config[field.key]}
      changed={changed.includes(field.key)}
      onChange={(value) => change(field.key, value)}
      onFocus={() => setEntered(field)}
    />
  );

  return (
    <Panel title="Hyper-parameters" topic="settings" actions={locked ? [] : actions}>
      <fieldset disabled={locked}>
        <legend className="visually-hidden">Hyper-parameters</legend>
        <div className="fields">{BASIC.map(input)}</div>
        <details>
          <summary>Advanced</summary>
          <div className="fields">{advanced.map(input)}</div>
        </details>
      </fieldset>
      {entered && !locked && (
        <p className="muted small" aria-live="polite">
          {entered.label}: {entered.help}
        </p>
      )}
      {problems.map((problem) => (
        <p className="fault" key={problem}>
          {problem}
        </p>
      ))}
      {!locked && <RateHint />}
      {!locked && <MemoryLine />}
      {locked && <p className="muted small">Fixed while a run is under way; Reset to change them.</p>}
    </Panel>
  );
}

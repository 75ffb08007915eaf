import { Dices } from 'lucide-react';
import { useId } from 'react';
import { FIELDS } from '../../fields.ts';
import { PRESETS } from '../../presets.ts';
import { underWay, usePlayground } from '../../store/playground.ts';
import { freshSeed, useSettings } from '../../store/settings.ts';
import { MissingData } from './MissingData.tsx';

const SEED = FIELDS.find(({ key }) => key === 'seed')!;

const GROUPS = [
  { kind: 'short', label: 'Minutes on a laptop' },
  { kind: 'paper', label: 'The authors’ numbers' },
] as const;

/** The preset and the seed of the next run, and what the preset is for. */
export function PresetFields() {
  const preset = useSettings((state) => state.preset);
  const seed = useSettings(({ config }) => config.seed);
  const choosePreset = useSettings((state) => state.choosePreset);
  const change = useSettings((state) => state.change);
  const locked = usePlayground(({ run }) => underWay(run));
  const id = useId();

  return (
    <div className="preset-fields">
      <label htmlFor={`${id}-preset`}>Preset</label>
      <select
        id={`${id}-preset`}
        className="input"
        value={preset}
        disabled={locked}
        onChange={({ currentTarget }) => choosePreset(currentTarget.value)}
      >
        {GROUPS.map(({ kind, label: group }) => (
          <optgroup key={kind} label={group}>
            {PRESETS.filter((one) => one.kind === kind).map(({ id: name, label: text }) => (
              <option key={name} value={name}>
                {text}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
      <label htmlFor={`${id}-seed`}>seed</label>
      <div className="group">
        <input
          id={`${id}-seed`}
          className="input"
          type="number"
          min={SEED.min}
          max={SEED.max}
          value={seed}
          disabled={locked}
          title={SEED.help}
          onChange={({ currentTarget }) => {
            const value = currentTarget.valueAsNumber;
            if (Number.isInteger(value) && value >= SEED.min && value <= SEED.max) change('seed', value);
          }}
        />
        <button
          type="button"
          className="button quiet icon"
          aria-label="Another seed"
          title="Another seed"
          disabled={locked}
          onClick={() => change('seed', freshSeed())}
        >
          <Dices size={16} aria-hidden />
        </button>
      </div>
      <MissingData />
      <p className="muted small">{PRESETS.find(({ id: name }) => name === preset)?.why}</p>
    </div>
  );
}

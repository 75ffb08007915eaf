import { Dices, Flag, Pause, Play, RotateCcw, SkipForward } from 'lucide-react';
import { useId } from 'react';
import { FIELDS } from '../../fields.ts';
import { PRESETS } from '../../presets.ts';
import { canEnd, type Playground, underWay, usePlayground } from '../../store/playground.ts';
import { isRestoring } from '../../store/run/run.ts';
import { freshSeed, useSettings } from '../../store/settings.ts';

const SEED = FIELDS.find(({ key }) => key === 'seed')!;

const GROUPS = [
  { kind: 'short', label: 'Minutes on a laptop' },
  { kind: 'paper', label: 'The authors’ numbers' },
] as const;

interface MainAction {
  readonly label: string;
  readonly icon: 'play' | 'pause';
  readonly disabled?: boolean;
}

function mainAction({ run, pausing }: Playground): MainAction {
  if (!run || !underWay(run)) return { label: 'Start', icon: 'play' };
  if (isRestoring(run)) return { label: 'Restoring…', icon: 'play', disabled: true };
  if (pausing) return { label: 'Pausing…', icon: 'pause', disabled: true };
  switch (run.state) {
    case 'paused':
      return { label: 'Resume', icon: 'play' };
    case 'training':
    case 'evaluating':
      return { label: 'Pause', icon: 'pause' };
    default:
      return { label: 'Loading…', icon: 'play', disabled: true };
  }
}

/** Preset, start and pause, step, reset, seed. */
export function RunControls() {
  const preset = useSettings((state) => state.preset);
  const seed = useSettings(({ config }) => config.seed);
  const choosePreset = useSettings((state) => state.choosePreset);
  const change = useSettings((state) => state.change);
  const locked = usePlayground(({ run }) => underWay(run));
  const state = usePlayground(({ run }) => run?.state ?? 'idle');
  const present = usePlayground(({ run }) => run !== null);
  const label = usePlayground((playground) => mainAction(playground).label);
  const icon = usePlayground((playground) => mainAction(playground).icon);
  const waiting = usePlayground((playground) => mainAction(playground).disabled ?? false);
  const ending = usePlayground((playground) => playground.ending);
  const endable = usePlayground(({ run }) => canEnd(run));
  const { toggle, step, reset, finishNow } = usePlayground.getState();
  const id = useId();

  return (
    <>
      <select
        className="input preset"
        aria-label="Preset"
        title={PRESETS.find(({ id: name }) => name === preset)?.why}
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
      <div className="group">
        <button type="button" className="button primary" disabled={waiting} onClick={toggle} title="Space">
          {icon === 'play' ? <Play size={14} aria-hidden /> : <Pause size={14} aria-hidden />}
          {label}
        </button>
        <button
          type="button"
          className="button"
          disabled={locked && state !== 'paused'}
          onClick={step}
          title="One step: →"
        >
          <SkipForward size={14} aria-hidden /> Step
        </button>
        <button
          type="button"
          className="button"
          disabled={!present}
          onClick={reset}
          title="Back to the start, same seed: R"
        >
          <RotateCcw size={14} aria-hidden /> Reset
        </button>
        {locked && (
          <button
            type="button"
            className={ending ? 'button quiet' : 'button quiet icon'}
            aria-label={ending ? undefined : 'End the run now and evaluate it'}
            title="End the run now and evaluate it"
            disabled={ending || !endable}
            onClick={finishNow}
          >
            <Flag size={14} aria-hidden />
            {ending && 'Ending…'}
          </button>
        )}
      </div>
      <div className="group seed">
        <label htmlFor={id} className="muted">
          seed
        </label>
        <input
          id={id}
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
    </>
  );
}

import { useState } from 'react';
import { sideOf } from '../../store/data/source.ts';
import { underWay, usePlayground } from '../../store/playground.ts';
import { useRuns } from '../../store/runs/runs.ts';
import { useSettings } from '../../store/settings.ts';
import {
  type PlannedRun,
  type SweepOrder,
  type SweepSystem,
  standingOf,
  sweepFile,
  useSweep,
} from '../../store/studies/sweep.ts';
import { saveFile } from '../shell/download.ts';
import { count } from '../shell/format.ts';
import { useTimeText } from './useTimeText.ts';

const CHOICES: readonly { readonly name: string; readonly system: SweepSystem }[] = [
  { name: 'VICReg dense', system: { system: 'vicreg' } },
  { name: 'VICReg gated', system: { system: 'vicreg-gating' } },
  { name: 'Dual gating', system: { system: 'dual-gating' } },
  { name: 'Slimmable, width for t_d', system: { system: 'slimmable', slimForm: 'dual' } },
  { name: 'Slimmable, SlimCLR', system: { system: 'slimmable', slimForm: 'slimclr' } },
];

/** Asks what a sweep varies. Everything else is as in the settings. */
export function SweepForm() {
  const config = useSettings((state) => state.config);
  const source = useSettings((state) => state.source);
  const own = useRuns((state) => state.own);
  const busy = usePlayground(({ run }) => underWay(run));
  const timeText = useTimeText();
  const [systems, setSystems] = useState<ReadonlySet<string>>(
    new Set(CHOICES.slice(0, 4).map(({ name }) => name)),
  );
  const [budgets, setBudgets] = useState('0.1, 0.3, 0.5');
  const [smallDense, setSmallDense] = useState(false);
  const [both, setBoth] = useState(false);
  const [seeds, setSeeds] = useState('1, 2, 3');
  const order: SweepOrder = {
    systems: CHOICES.filter(({ name }) => systems.has(name)).map(({ system }) => system),
    budgets: numbersIn(budgets),
    seeds: numbersIn(seeds),
    config,
    ...(smallDense && { smallDense, equal: both ? 'both' : 'steps' }),
  };
  const planned = standingOf(order, source, own);

  function toggle(name: string): void {
    const next = new Set(systems);
    if (!next.delete(name)) next.add(name);
    setSystems(next);
  }

  return (
    <form
      className="sweep"
      onSubmit={(event) => {
        event.preventDefault();
        useSweep.getState().start(order);
      }}
    >
      <fieldset>
        <legend>Systems</legend>
        <div className="sweep-systems">
          {CHOICES.map(({ name }) => (
            <label key={name}>
              <input type="checkbox" checked={systems.has(name)} onChange={() => toggle(name)} /> {name}
            </label>
          ))}
          <label>
            <input type="checkbox" checked={smallDense} onChange={() => setSmallDense(!smallDense)} /> Small
            dense, width for t_d
          </label>
          {smallDense && (
            <label>
              <input type="checkbox" checked={both} onChange={() => setBoth(!both)} /> Small dense, at equal
              training MACs too
            </label>
          )}
        </div>
      </fieldset>
      <div className="fields">
        <NumberList label="Budgets t_d" value={budgets} onChange={setBudgets} />
        <NumberList label="Seeds" value={seeds} onChange={setSeeds} />
      </div>
      {typeof planned === 'string' ? (
        <p className="fault">{planned}</p>
      ) : (
        <p className="small">
          {count(planned.plan.length)} runs of {stepsText(planned.plan)} steps
          {planned.done > 0 && `, ${count(planned.done)} of them here already`};{' '}
          {timeText(planned.left, sideOf(source))}
        </p>
      )}
      <p className="small muted">
        {busy
          ? 'A run is under way: let it end, or reset it, before a sweep.'
          : 'The sweep takes the place of the run on the page: save it first if you want its weights.'}
      </p>
      <div className="row">
        <button type="submit" className="button primary" disabled={busy || typeof planned === 'string'}>
          Start the sweep
        </button>
        <button
          type="button"
          className="button"
          disabled={typeof planned === 'string'}
          onClick={async () =>
            saveFile(
              'dualgate-sweep.json',
              new Blob([await sweepFile(order, source)], { type: 'application/json' }),
            )
          }
        >
          Save for “npm run sweep”
        </button>
      </div>
    </form>
  );
}

/** “156”; “156 to 1,050” where small dense networks train longer. */
function stepsText(plan: readonly PlannedRun[]): string {
  const steps = plan.map((run) => run.config.steps);
  const [least, most] = [Math.min(...steps), Math.max(...steps)];
  return least === most ? count(least) : `${count(least)} to ${count(most)}`;
}

interface NumberListProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
}

function NumberList({ label, value, onChange }: NumberListProps) {
  return (
    <label className="field">
      <span className="label">
        {label} <span className="unit">separated by commas</span>
      </span>
      <input className="input" value={value} onChange={({ target }) => onChange(target.value)} />
    </label>
  );
}

/** The numbers in a text. What is no number stays in the list as NaN, so that the checks can name it. */
function numbersIn(text: string): number[] {
  const words = text.split(/[\s,;]+/).filter((word) => word !== '');
  return [...new Set(words.map(Number))];
}

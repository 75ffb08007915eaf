import { guessOf, sideOf } from '../../store/data/source.ts';
import { underWay, usePlayground } from '../../store/playground.ts';
import { hasGates, smallestRatioOf, useSettings } from '../../store/settings.ts';
import { percent } from '../shell/format.ts';
import { Panel } from '../shell/Panel.tsx';

/** The budget t_d, which can be set before and during a run, and what the gated branch spends now. */
export function BudgetPanel() {
  const budget = useSettings(({ config }) => config.budget);
  const gated = useSettings(({ config }) => hasGates(config));
  const setBudget = usePlayground((state) => state.setBudget);
  const held = usePlayground((state) => state.budgetHeld);
  const train = usePlayground(({ run }) => run?.record.steps.at(-1)?.macRatio ?? null);
  const evaluated = usePlayground(({ run }) => run?.record.epochs.at(-1)?.macRatio ?? null);
  // The side of the images of the run under way. Without such a run, the next run decides.
  const side = usePlayground(({ run }) => (underWay(run) ? (run?.record.ready?.data.size ?? null) : null));
  const smallest = useSettings(({ config, source }) => smallestRatioOf(config, side ?? sideOf(source)));
  const assumed = useSettings(({ source }) =>
    side === null && guessOf(source).side === null ? sideOf(source) : null,
  );
  const unreachable = gated && budget < smallest;

  return (
    <Panel title="Compute budget" topic="budget" className="budget">
      <div className="budget-value">
        <output htmlFor="budget">{budget.toFixed(2)}</output>
        <label htmlFor="budget">
          t<sub>d</sub> <span className="muted">× dense MACs</span>
        </label>
      </div>
      <input
        id="budget"
        className="budget-slider"
        type="range"
        min={0.05}
        max={1}
        step={0.01}
        value={budget}
        disabled={!gated}
        list="budget-marks"
        aria-describedby="budget-note"
        onChange={({ currentTarget }) => setBudget(Number(currentTarget.value))}
      />
      <datalist id="budget-marks">
        <option value={smallest.toFixed(2)} label="smallest reachable" />
      </datalist>
      <dl className="readings">
        <dt className="head">MAC ratio now</dt>
        <dd className="muted">spent</dd>
        <dd className="muted">saved</dd>
        <dt>Training (noisy gates)</dt>
        <dd>{percent(train)}</dd>
        <dd className="muted">{percent(saved(train))}</dd>
        <dt>Evaluation (hard gates)</dt>
        <dd>{percent(evaluated)}</dd>
        <dd className="muted">{percent(saved(evaluated))}</dd>
      </dl>
      <p className="muted small" id="budget-note">
        {gated
          ? `Share of the dense MACs; may be moved while training. Smallest reachable with every gate closed: ${percent(smallest)}${assumed === null ? '' : `, if the images become ${assumed} px, which only reading tells`}.`
          : 'This system has no gates, and so no budget to learn.'}
      </p>
      {held && (
        <p className="small">
          The run under way belongs to a sweep and keeps its own t<sub>d</sub>: the slider is for the next
          one.
        </p>
      )}
      {unreachable && (
        <p className="fault">
          This network cannot spend less than {percent(smallest)}: its stem, shortcuts and gates cost that
          much. A wider network can.
        </p>
      )}
    </Panel>
  );
}

function saved(ratio: number | null): number | null {
  return ratio === null ? null : 1 - ratio;
}

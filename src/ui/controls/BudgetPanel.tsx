import { usePlayground } from '../../store/playground.ts';
import { useSettings } from '../../store/settings.ts';
import { percent } from '../shell/format.ts';
import { Panel } from '../shell/Panel.tsx';

/** The budget t_d: works before and during a run, with what the gated branch spends now. */
export function BudgetPanel() {
  const budget = useSettings(({ config }) => config.budget);
  const gated = useSettings(({ config }) => config.system !== 'vicreg');
  const setBudget = usePlayground((state) => state.setBudget);
  const train = usePlayground(({ run }) => run?.record.steps.at(-1)?.macRatio ?? null);
  const evaluated = usePlayground(({ run }) => run?.record.epochs.at(-1)?.macRatio ?? null);
  const smallest = usePlayground(({ run }) => run?.record.ready?.network.smallestRatio ?? null);

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
        aria-describedby="budget-note"
        onChange={({ currentTarget }) => setBudget(Number(currentTarget.value))}
      />
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
          ? `Share of the dense MACs; may be moved while training.${smallest === null ? '' : ` Smallest reachable: ${percent(smallest)}.`}`
          : 'Plain VICReg has no gates, and so no budget.'}
      </p>
    </Panel>
  );
}

function saved(ratio: number | null): number | null {
  return ratio === null ? null : 1 - ratio;
}

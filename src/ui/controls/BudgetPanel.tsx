import { guessOf, sideOf } from '../../store/data/source.ts';
import { underWay, usePlayground } from '../../store/playground.ts';
import { type BudgetOutcome, budgetOutcome } from '../../store/run/budgetOutcome.ts';
import { useShown } from '../../store/run/shown.ts';
import { newestUsage } from '../../store/run/usage.ts';
import { hasGates, smallestRatioOf, useSettings } from '../../store/settings.ts';
import { dialWords, joined } from '../dial/dialWords.ts';
import { count, percent, signed } from '../shell/format.ts';
import { Panel } from '../shell/Panel.tsx';

/** Ends of the slider. */
const LEAST = 0.05;
const MOST = 1;
const TICKS = [0.25, 0.5, 0.75, 1];

/** The budget t_d, which can be set before and during a run, and what the gated branch spends now. */
export function BudgetPanel() {
  const budget = useSettings(({ config }) => config.budget);
  const gated = useSettings(({ config }) => hasGates(config));
  const setBudget = usePlayground((state) => state.setBudget);
  const held = usePlayground((state) => state.budgetHeld);
  const train = useShown(({ run }) => run?.record.steps.at(-1)?.macRatio ?? null);
  const evaluated = useShown(({ run }) => (run && newestUsage(run.record)?.macRatio) ?? null);
  // The side of the images of the run under way. Without such a run, the next run decides.
  const side = usePlayground(({ run }) => (underWay(run) ? (run?.record.ready?.data.size ?? null) : null));
  const smallest = useSettings(({ config, source }) => smallestRatioOf(config, side ?? sideOf(source)));
  const assumed = useSettings(({ source }) =>
    side === null && guessOf(source).side === null ? sideOf(source) : null,
  );
  // A run that does not train keeps its own t_d, and the slider is the next run's.
  const asked = useShown(({ run }) => (run && !underWay(run) && hasGates(run.config) ? run.budget : null));
  const dialled = useShown(({ turned }) => dialWords(turned));
  const trained = usePlayground(({ run }) => run?.budget ?? null);
  const past = asked !== null && dialled ? trained : asked;
  const lookingBack = useShown(({ step }) => step !== null);
  const moved = usePlayground(({ run }) => (underWay(run) ? outcomeText(budgetOutcome(run)) : ''));
  const unreachable = gated && budget < smallest;

  return (
    <Panel
      title="Compute budget"
      topic="budget"
      className="budget"
      aside={past === null ? moved : joined(`of the next run; ${ofPast(past, lookingBack)}`, dialled)}
    >
      <div className="budget-row">
        <div className="budget-value">
          <output htmlFor="budget">{budget.toFixed(2)}</output>
          <label htmlFor="budget">
            t<sub>d</sub> <span className="muted">of the dense network’s MACs</span>
          </label>
        </div>
        <div className="budget-scale">
          <input
            id="budget"
            className="budget-slider"
            type="range"
            min={LEAST}
            max={MOST}
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
          <div className="gauge" aria-hidden="true">
            {TICKS.map((tick) => (
              <span key={tick} className="tick" style={placeOf(tick)}>
                {percent(tick, 0)}
              </span>
            ))}
            {gated && <Needle className="needle least" value={smallest} />}
            {gated && <Needle className="needle training" value={train} />}
            {gated && <Needle className="needle evaluated" value={evaluated} />}
          </div>
        </div>
        <dl className="readings">
          <dt className="head">{past === null ? 'MAC ratio now' : 'MAC ratio of this run'}</dt>
          <dd className="muted">spent</dd>
          <dd className="muted">saved</dd>
          <dt>
            <i className="key needle-key training" /> Training (noisy gates)
          </dt>
          <dd>{percent(train)}</dd>
          <dd className="muted">{percent(saved(train))}</dd>
          <dt>
            <i className="key needle-key evaluated" /> Evaluation (hard gates)
          </dt>
          <dd>{percent(evaluated)}</dd>
          <dd className="muted">{percent(saved(evaluated))}</dd>
        </dl>
      </div>
      <p className="muted small" id="budget-note">
        {gated
          ? `How much of the dense network the gated one may compute. Drag it, also while it trains. Smallest reachable with every gate closed: ${percent(smallest)}${assumed === null ? '' : `, if the images become ${assumed} px, which only reading tells`}.`
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

/** @param lookingBack whether an earlier step of the run is shown than its last */
function ofPast(budget: number, lookingBack: boolean): string {
  return `the run on the page had t_d ${budget.toFixed(2)}${lookingBack ? ' at this step' : ''}`;
}

interface NeedleProps {
  readonly className: string;
  /** Null before the first measurement. */
  readonly value: number | null;
}

/** A needle on the slider's own scale. */
function Needle({ className, value }: NeedleProps) {
  return value === null ? null : <span className={className} style={placeOf(value)} />;
}

/** The place of a MAC ratio under the slider: a share of the way that its thumb goes. */
function placeOf(ratio: number): { readonly left: string } {
  return { left: `${100 * Math.min(1, Math.max(0, (ratio - LEAST) / (MOST - LEAST)))}%` };
}

/** What a moved budget has brought: “t_d .50 → .30: −31 % MACs, −1.2 points 20-NN after 40 steps”. */
function outcomeText(outcome: BudgetOutcome | null): string {
  if (outcome === null) return '';
  const { from, to, steps, macs, accuracy } = outcome;
  const parts = [
    ...(macs === null ? [] : [`${signed(100 * macs, 0)} % MACs`]),
    ...(accuracy === null ? [] : [`${signed(100 * accuracy, 1)} points 20-NN`]),
  ];
  const move = `t_d ${from.toFixed(2)} → ${to.toFixed(2)}`;
  return `${move}: ${parts.length > 0 ? `${parts.join(', ')} ` : ''}after ${count(steps)} ${steps === 1 ? 'step' : 'steps'}`;
}

function saved(ratio: number | null): number | null {
  return ratio === null ? null : 1 - ratio;
}

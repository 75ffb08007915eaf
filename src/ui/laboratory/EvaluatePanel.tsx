import { canExport, usePlayground } from '../../store/playground.ts';
import { busy, type OrderState, useLaboratory } from '../../store/studies/laboratory.ts';
import { hasKnn, isEmpty, NEIGHBOURS, useMeasureChoices } from '../../store/studies/laboratoryChoices.ts';
import { count } from '../shell/format.ts';
import { Empty, Panel } from '../shell/Panel.tsx';
import { OrderLine } from './OrderLine.tsx';

const DISTANCES = [
  ['cosine', 'cosine'],
  ['euclidean', 'Euclidean'],
  ['whitened', 'whitened'],
] as const;

const MEASURES = [
  ['ridge', 'Ridge probe', 'Closed form, instant; for a slimmable network also one that all widths share.'],
  ['linear', 'Linear probe', 'Logistic regression on cached features, at least 100 passes.'],
  ['matryoshka', 'First dimensions', 'Accuracy of the first 1, 2, 4 … dimensions.'],
  ['spread', 'Spread of features', 'Effective rank, deviations, collapse alarm.'],
  ['floors', 'Floors of pixels', 'The same k-NN and probes on pixels: the line to beat. Slow on large sets.'],
] as const;

/** Chooses which measures to take of the run's weights, and says how far they are. */
export function EvaluatePanel() {
  const ready = usePlayground(({ run }) => canExport(run));
  const state = useLaboratory(({ orders }) => orders.measures);
  const order = useMeasureChoices((choices) => choices.order);
  const { carryOut, cancel } = useLaboratory.getState();
  const working = busy(state);
  return (
    <Panel title="Evaluate" topic="evaluate" aside={<SubjectWords state={state} />}>
      <Choices disabled={working} />
      <div className="row">
        {/* One button has two uses, so that focus stays where it is. */}
        <button
          type="button"
          className={working ? 'button' : 'button primary'}
          disabled={!working && (!ready || isEmpty(order))}
          onClick={() => (working ? cancel('measures') : void carryOut(order))}
        >
          {working ? 'Cancel evaluation' : 'Evaluate'}
        </button>
      </div>
      <OrderLine kinds={['measures']} what="Evaluation" cancelledElsewhere />
      {!state && !ready && (
        <Empty>
          There is nothing to evaluate yet. Start a run and pause or finish it, or drop a run file that has
          weights; choose the images that it was trained on.
        </Empty>
      )}
    </Panel>
  );
}

/** Says which weights were measured: the run and the step. */
function SubjectWords({ state }: { readonly state: OrderState | undefined }) {
  const run = usePlayground((playground) => playground.run?.run ?? null);
  const step = usePlayground((playground) => playground.run?.record.steps.at(-1)?.step ?? 0);
  if (state?.phase.kind !== 'done') return null;
  const { subject } = state;
  if (subject.run !== run) return 'of the run before';
  return subject.step === step ? `step ${count(step)}` : `of step ${count(subject.step)}`;
}

function Choices({ disabled }: { readonly disabled: boolean }) {
  const order = useMeasureChoices((choices) => choices.order);
  const { toggle, toggleKnn } = useMeasureChoices.getState();
  return (
    <fieldset disabled={disabled}>
      <legend className="visually-hidden">What is measured</legend>
      <div className="neighbours">
        {DISTANCES.map(([distance, name]) =>
          NEIGHBOURS.map((k) => (
            <label className="choice" key={`${k} ${distance}`}>
              <input
                type="checkbox"
                checked={hasKnn(order.knn, { k, distance })}
                onChange={() => toggleKnn({ k, distance })}
              />
              <span>
                {k}-NN, {name}
              </span>
              {k === 1 && distance === 'euclidean' && (
                <span className="about">the setting of the authors’ logs</span>
              )}
              {k === 20 && distance === 'whitened' && (
                <span className="about">cosine, all directions to one size first</span>
              )}
            </label>
          )),
        )}
      </div>
      {MEASURES.map(([measure, name, about]) => (
        <label className="choice" key={measure}>
          <input type="checkbox" checked={order[measure]} onChange={() => toggle(measure)} />
          <span>{name}</span>
          <span className="about">{about}</span>
        </label>
      ))}
    </fieldset>
  );
}

import { sideOf } from '../../store/data/source.ts';
import { underWay, usePlayground } from '../../store/playground.ts';
import { useRuns } from '../../store/runs/runs.ts';
import { runName } from '../../store/runs/runsText.ts';
import { missingText, useSettings } from '../../store/settings.ts';
import { orderOf, type QuestionId, smallShareOf } from '../../store/studies/questions.ts';
import { standingOf, useSweep } from '../../store/studies/sweep.ts';
import { count, percent } from '../shell/format.ts';
import { useTimeText } from './useTimeText.ts';

/** The runs that answer a question with the settings of the next run, how long they take, and their start. */
export function QuestionRuns({ question }: { readonly question: QuestionId }) {
  const config = useSettings((state) => state.config);
  const source = useSettings((state) => state.source);
  const missing = useSettings(missingText);
  const own = useRuns((state) => state.own);
  const busy = usePlayground(({ run }) => underWay(run));
  const sweeping = useSweep(({ state }) => state === 'held');
  const timeText = useTimeText();
  const order = orderOf(question, config, sideOf(source));
  if (typeof order === 'string') return <p className="fault">{order}</p>;
  const planned = standingOf(order, source, own);
  if (typeof planned === 'string') return <p className="fault">{planned}</p>;
  const { plan, done, left } = planned;
  const small = question === 'small' ? smallShareOf(config, sideOf(source)) : null;

  return (
    <div className="question-runs">
      <ul className="small">
        {plan.map((run) => (
          <li key={run.key}>
            {runName(run)}
            {run.config.width !== config.width &&
              `, width ${run.config.width}${small === null ? '' : `, ${percent(small)} of the dense MACs`}`}
            {!left.some(({ key }) => key === run.key) && ' (here already)'}
          </li>
        ))}
      </ul>
      <p className="small">
        {count(left.length)} of {count(plan.length)} runs are to be trained, {count(config.steps)} steps each
        {done > 0 && `; ${count(done)} ${done === 1 ? 'is' : 'are'} here already`};{' '}
        {timeText(left, sideOf(source))}
      </p>
      {busy && <p className="small muted">A run is under way: let it end, or reset it, first.</p>}
      {missing && <p className="small muted">{missing}</p>}
      {sweeping && <p className="small muted">The sweep that was interrupted is given up for this.</p>}
      <button
        type="button"
        className="button primary"
        disabled={busy || missing !== null || left.length === 0}
        onClick={() => useSweep.getState().start(order)}
      >
        Train these runs
      </button>
    </div>
  );
}

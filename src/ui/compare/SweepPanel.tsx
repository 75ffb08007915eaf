import { useEffect } from 'react';
import { usePlayground } from '../../store/playground.ts';
import { stepsMade } from '../../store/run/run.ts';
import { useRuns } from '../../store/runs/runs.ts';
import { runName } from '../../store/runs/runsText.ts';
import { type SweepJob, secondsFor, standing, useSweep } from '../../store/studies/sweep.ts';
import { clock, count } from '../shell/format.ts';
import { Panel } from '../shell/Panel.tsx';
import { SweepForm } from './SweepForm.tsx';

/** Trains systems, budgets and seeds one after another. */
export function SweepPanel() {
  const job = useSweep((state) => state.job);
  const complaint = useSweep((state) => state.complaint);
  useEffect(() => void useSweep.getState().load(), []);
  return (
    <Panel title="Sweep" topic="sweep" aside="one run after another">
      {complaint && <p className="fault">{complaint}</p>}
      {job ? <JobView job={job} /> : <SweepForm />}
    </Panel>
  );
}

function JobView({ job }: { readonly job: SweepJob }) {
  const state = useSweep((sweep) => sweep.state);
  const current = useSweep((sweep) => sweep.current);
  const own = useRuns((runs) => runs.own);
  const share = usePlayground(({ run }) => (run ? stepsMade(run) / run.config.steps : 0));
  const { goOn, skip, hold, discard } = useSweep.getState();
  const { plan, done, left } = standing(job, own);
  const failures = Object.values(job.failed);
  const rest = secondsFor(current ? left.slice(1) : left, own, job.side);
  const now = current ? secondsFor([current], own, job.side) : 0;
  const seconds = rest === null || now === null ? null : rest + now * (1 - share);

  return (
    <div className="sweep">
      <p role="status">
        {current
          ? `Training: ${runName(current)}.`
          : state === 'over'
            ? 'The sweep is over.'
            : 'The sweep was interrupted. What is finished is kept.'}
      </p>
      <progress max={plan.length} value={done + (current ? share : 0)} aria-label="Progress of the sweep" />
      <p className="small muted">
        {count(done)} of {count(plan.length)} runs finished
        {job.skipped.length > 0 && `, ${count(job.skipped.length)} skipped`}
        {failures.length > 0 && `, ${count(failures.length)} failed (${failures[0]})`}
        {left.length > 0 &&
          (seconds === null ? '; time left known after the first' : `; ${clock(seconds)} left`)}
      </p>
      <div className="row">
        {state === 'running' && (
          <>
            <button type="button" className="button" onClick={skip}>
              Skip this run
            </button>
            <button type="button" className="button" onClick={hold}>
              Stop the sweep
            </button>
          </>
        )}
        {state === 'held' && left.length > 0 && (
          <button type="button" className="button primary" onClick={goOn}>
            Go on with the sweep
          </button>
        )}
        {state !== 'running' && (
          <button type="button" className="button" onClick={discard}>
            {state === 'over' ? 'Plan another' : 'Discard the sweep'}
          </button>
        )}
      </div>
    </div>
  );
}

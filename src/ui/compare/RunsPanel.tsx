import { Trash2 } from 'lucide-react';
import { useRef } from 'react';
import { branchName } from '../../store/branches.ts';
import { type ShelvedRun, useRuns } from '../../store/runs.ts';
import { deviations, runName } from '../../store/runsText.ts';
import { saveFile } from '../shell/download.ts';
import { count, macs, percent } from '../shell/format.ts';
import { Empty, Panel } from '../shell/Panel.tsx';
import { ORIGINS } from './origins.ts';
import { SystemKey } from './SystemMark.tsx';

/** Every run by itself: what it was, what it came to, and a way to take it off. */
export function RunsPanel() {
  const own = useRuns((state) => state.own);
  const recorded = useRuns((state) => state.recorded);
  const recordedOn = useRuns((state) => state.recordedOn);
  const removed = useRuns((state) => state.removed);
  const complaint = useRuns((state) => state.complaint);
  const { open, remove, undo, fileText } = useRuns.getState();
  const picker = useRef<HTMLInputElement>(null);
  const runs = [...own, ...recorded];

  return (
    <Panel
      title="Runs"
      topic="runs"
      aside={`${count(own.length)} in this browser, ${count(recorded.length)} recorded`}
      actions={[
        { label: 'Open a run set…', act: () => picker.current?.click() },
        {
          label: 'Save the runs',
          act: () => saveFile('dualgate-runs.json', new Blob([fileText()], { type: 'application/json' })),
        },
      ]}
    >
      <input
        ref={picker}
        type="file"
        accept=".json"
        hidden
        aria-label="Run set"
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          if (file) void open(file);
          currentTarget.value = '';
        }}
      />
      {complaint && <p className="fault">{complaint}</p>}
      {removed && (
        <p className="small" role="status">
          {runName(removed.run)} was taken off.{' '}
          <button type="button" className="button tiny" onClick={undo}>
            Undo
          </button>
        </p>
      )}
      {runs.length === 0 ? (
        <Empty>No run has ended here yet. Press Start, or plan a sweep.</Empty>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling list must be reachable by keyboard
        <ul className="runs" tabIndex={0} aria-label="Runs">
          {runs.map((run) => (
            <li key={`${run.origin} ${run.id}`}>
              <SystemKey system={run.config.system} hollow={run.origin !== 'here'} />
              <div>
                <strong>{runName(run)}</strong> <span className="muted">{aboutOf(run)}</span>
                <div>{resultOf(run)}</div>
              </div>
              {run.origin !== 'recorded' && (
                <button
                  type="button"
                  className="button quiet tiny"
                  aria-label={`Take off ${runName(run)}`}
                  onClick={() => remove(run.id)}
                >
                  <Trash2 size={14} aria-hidden />
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {recordedOn && <p className="muted small">Recorded on: {recordedOn}.</p>}
    </Panel>
  );
}

function aboutOf({ origin, data, steps, stoppedEarly, budgetMoved, engine, config }: ShelvedRun): string {
  const { shared, own } = deviations(config);
  return [
    ORIGINS[origin],
    data.name,
    `${count(steps)} steps${stoppedEarly ? ', ended early' : ''}`,
    ...(budgetMoved ? ['t_d moved while it trained'] : []),
    ...(engine ? [engine] : []),
    ...shared,
    ...own,
  ].join(' · ');
}

function resultOf({ branches, denseMacs }: ShelvedRun): string {
  return branches
    .map(({ branch, knn20, ridge, macs: spent }) => {
      const cost = branch === 'dense' ? '' : ` at ${percent(spent / denseMacs)} of ${macs(denseMacs)} MACs`;
      const probe = ridge === null ? '' : `, ridge ${percent(ridge)}`;
      const accuracy = knn20 === null ? 'without labels to measure by' : `20-NN ${percent(knn20)}`;
      return `${branchName(branch)} ${accuracy}${probe}${cost}`;
    })
    .toReversed()
    .join('; ');
}

import { useEffect, useMemo, useRef, useState } from 'react';
import { usePlayground } from '../../store/playground.ts';
import { useLibrary } from '../../store/runs/library.ts';
import { entryName, rowsOf } from '../../store/runs/libraryRows.ts';
import { undoRemoval } from '../../store/runs/removal.ts';
import { useRuns } from '../../store/runs/runs.ts';
import { runName } from '../../store/runs/runsText.ts';
import { saveFile } from '../shell/download.ts';
import { bytes, count } from '../shell/format.ts';
import { Empty, Panel } from '../shell/Panel.tsx';
import { ScrollRegion } from '../shell/ScrollRegion.tsx';
import { PersistenceLine } from './PersistenceLine.tsx';
import { RunRow } from './RunRow.tsx';
import { WhatChangedButton } from './WhatChangedButton.tsx';

/** Every run that this browser keeps or knows, and the acts that each allows. */
export default function RunsTab() {
  const entries = useLibrary((state) => state.entries);
  const elsewhere = useLibrary((state) => state.elsewhere);
  const unkept = useLibrary((state) => state.unkept);
  const space = useLibrary((state) => state.space);
  const gone = useLibrary((state) => state.removed);
  const own = useRuns((state) => state.own);
  const recorded = useRuns((state) => state.recorded);
  const recordedOn = useRuns((state) => state.recordedOn);
  const removed = useRuns((state) => state.removed);
  const shelf = useRuns((state) => state.complaint);
  const id = usePlayground(({ run }) => run?.run ?? null);
  const state = usePlayground(({ run }) => run?.state ?? null);
  const [failed, setFailed] = useState<string | null>(null);
  const picker = useRef<HTMLInputElement>(null);
  const rows = useMemo(() => {
    const run = id !== null && state !== null ? { run: id, state } : null;
    return rowsOf({ library: { entries, elsewhere, unkept }, own, recorded, run });
  }, [entries, elsewhere, unkept, own, recorded, id, state]);
  const takenOff = gone ? entryName(gone) : removed ? runName(removed.run) : null;

  useEffect(() => {
    void useRuns.getState().load();
    useLibrary.getState().open();
    // While this tab was hidden, other tabs may have added, changed or deleted runs.
    const look = () => document.visibilityState === 'visible' && useLibrary.getState().open();
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);

  return (
    <Panel
      title="Runs"
      topic="runs"
      aside={[
        `${count(rows.length - recorded.length)} in this browser, ${count(recorded.length)} recorded`,
        ...(space ? [`${bytes(space.used)} of ${bytes(space.quota)} used`] : []),
      ].join(' · ')}
      actions={[
        { label: 'Open a run set…', act: () => picker.current?.click() },
        {
          label: 'Save the runs',
          act: () =>
            saveFile(
              'dualgate-runs.json',
              new Blob([useRuns.getState().fileText()], { type: 'application/json' }),
            ),
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
          if (file) void useRuns.getState().open(file);
          currentTarget.value = '';
        }}
      />
      {[failed, shelf].map(
        (text) =>
          text && (
            <p key={text} className="fault" role="alert">
              {text}
            </p>
          ),
      )}
      <PersistenceLine />
      {takenOff !== null && (
        <p className="small" role="status">
          {takenOff} was deleted.{' '}
          <button type="button" className="button tiny" onClick={undoRemoval}>
            Undo
          </button>
        </p>
      )}
      {rows.length === 0 ? (
        <Empty>
          No run was started here yet. Press Start, or plan a sweep: every run is kept in this list.
        </Empty>
      ) : (
        <ScrollRegion as="ul" className="runs library" label="Runs">
          {rows.map((row) => (
            <RunRow key={row.id} row={row} complain={setFailed} />
          ))}
        </ScrollRegion>
      )}
      <div className="row">
        <WhatChangedButton />
      </div>
      {recordedOn && <p className="muted small">Recorded on: {recordedOn}.</p>}
    </Panel>
  );
}

import { useMemo } from 'react';
import { useHub } from '../../store/data/hub.ts';
import { usePlace } from '../../store/place.ts';
import { usePlayground } from '../../store/playground.ts';
import { useLibrary } from '../../store/runs/library.ts';
import { rowsOf } from '../../store/runs/libraryRows.ts';
import { type RoomRow, roomRows, useRoom } from '../../store/runs/room.ts';
import { useRuns } from '../../store/runs/runs.ts';
import { Dialog } from '../shell/Dialog.tsx';
import { bytes, count } from '../shell/format.ts';
import type { DialogState } from '../shell/later.tsx';

/** What takes room in this browser, the largest first, and one deletion for all that is ticked. */
export default function RoomDialog({ open, onClose }: DialogState) {
  return (
    <Dialog title="Free room" {...{ open, onClose }}>
      <Occupants onClose={onClose} />
    </Dialog>
  );
}

/** What the dialog has while it is open. */
function Occupants({ onClose }: Pick<DialogState, 'onClose'>) {
  const chosen = useRoom((room) => room.chosen);
  const confirming = useRoom((room) => room.confirming);
  const space = useLibrary((library) => library.space);
  const complaint = useHub((hub) => hub.complaint);
  const rows = useRows();
  const { ask, free } = useRoom.getState();
  const ticked = rows.filter(({ key, blocked }) => blocked === null && chosen.has(key));
  const size = bytes(sizeOf(ticked));
  const rest = space === null ? 0 : space.used - sizeOf(rows);

  return (
    <>
      {space && (
        <p>
          This page uses {bytes(space.used)} of the {bytes(space.quota)} that the browser gives it.
        </p>
      )}
      {rows.length === 0 ? (
        <p className="muted">
          No run and no data set is kept here, so there is nothing to delete. Make room on the disk of this
          computer, or save the run file.
        </p>
      ) : (
        <ul className="room-rows" aria-label="What takes room">
          {rows.map((row) => (
            <Occupant key={row.key} row={row} ticked={chosen.has(row.key)} />
          ))}
        </ul>
      )}
      {rest > 0 && (
        <p className="muted small">
          The other {bytes(rest)} are copies of images that kept runs need, the list itself, and what the
          browser counts beside. Copies go with the last run that needs them.
        </p>
      )}
      {complaint && (
        <p className="fault" role="alert">
          {complaint}
        </p>
      )}
      {confirming && ticked.length > 0 && (
        <p role="alert">
          Delete {namesOf(ticked)}, {size}? Curves, weights and checkpoints are gone for good then; results
          stay in the list of runs.
        </p>
      )}
      <div className="actions">
        <button
          type="button"
          className="button"
          onClick={() => {
            onClose();
            usePlace.getState().open('runs');
            useLibrary.getState().dismiss();
          }}
        >
          Open the list of runs
        </button>
        {/* One button has two uses, so that the focus stays where it is. */}
        <button type="button" className="button" onClick={() => (confirming ? ask(false) : onClose())}>
          {confirming ? 'Keep all' : 'Close'}
        </button>
        <button
          type="button"
          className="button primary"
          disabled={ticked.length === 0}
          onClick={() => (confirming ? free(ticked) : ask(true))}
        >
          {confirming ? 'Delete for good' : ticked.length === 0 ? 'Delete…' : `Delete ${size}…`}
        </button>
      </div>
    </>
  );
}

function useRows(): RoomRow[] {
  const { entries, elsewhere, unkept } = useLibrary();
  const own = useRuns((runs) => runs.own);
  const sets = useHub((hub) => hub.kept);
  const downloading = useHub(({ phase }) => phase.kind === 'downloading');
  const id = usePlayground(({ run }) => run?.run ?? null);
  const state = usePlayground(({ run }) => run?.state ?? null);
  return useMemo(() => {
    const run = id !== null && state !== null ? { run: id, state } : null;
    const rows = rowsOf({ library: { entries, elsewhere, unkept }, own, recorded: [], run });
    return roomRows({ rows, elsewhere, unkept, sets, downloading });
  }, [entries, elsewhere, unkept, own, sets, downloading, id, state]);
}

function Occupant({ row, ticked }: { readonly row: RoomRow; readonly ticked: boolean }) {
  const { key, name, detail, blocked } = row;
  return (
    <li>
      <label>
        <input
          type="checkbox"
          checked={ticked && blocked === null}
          disabled={blocked !== null}
          onChange={({ currentTarget }) => useRoom.getState().choose(key, currentTarget.checked)}
        />
        <span>
          {name} <span className="muted">{blocked ?? detail}</span>
        </span>
        <span className="size">{bytes(row.bytes)}</span>
      </label>
    </li>
  );
}

function sizeOf(rows: readonly RoomRow[]): number {
  return rows.reduce((sum, row) => sum + row.bytes, 0);
}

/** “2 runs and 1 data set”. */
function namesOf(rows: readonly RoomRow[]): string {
  const runs = rows.filter(({ is }) => 'run' in is).length;
  const sets = rows.length - runs;
  return [
    ...(runs > 0 ? [`${count(runs)} ${runs === 1 ? 'run' : 'runs'}`] : []),
    ...(sets > 0 ? [`${count(sets)} ${sets === 1 ? 'data set' : 'data sets'}`] : []),
  ].join(' and ');
}

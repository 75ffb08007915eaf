import { Trash2 } from 'lucide-react';
import { useRef } from 'react';
import { HUB_SETS, type HubSetId, hubSet, useHub } from '../../store/data/hub.ts';
import { bytes } from '../shell/format.ts';

/** What lies in this browser of each data set, and a way to be rid of it. */
export function HubKept() {
  const kept = useHub((state) => state.kept);
  const complaint = useHub((state) => state.complaint);
  const section = useRef<HTMLElement>(null);
  if (kept === undefined) return null;
  const there = HUB_SETS.filter(({ id }) => kept !== null && kept[id] > 0);
  return (
    // Of all states one and the same element: it takes focus when the line with the pressed button goes away.
    <section className="hub-kept" aria-label="Kept in this browser" ref={section} tabIndex={-1}>
      {complaint && (
        <p className="fault" role="alert">
          {complaint}
        </p>
      )}
      {kept === null ? (
        <p className="muted small">
          This browser keeps nothing here, as in a private window: each run downloads its images again.
        </p>
      ) : there.length === 0 ? (
        <p className="muted small">Nothing is kept yet.</p>
      ) : (
        <>
          <h3>Kept in this browser</h3>
          <ul>
            {there.map(({ id }) => (
              <KeptSet key={id} id={id} size={kept[id]} onDelete={() => section.current?.focus()} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

interface KeptSetProps {
  readonly id: HubSetId;
  readonly size: number;
  /** Before the button that was pressed goes away. */
  readonly onDelete: () => void;
}

function KeptSet({ id, size, onDelete }: KeptSetProps) {
  const asked = useHub(({ clearing }) => clearing === id);
  const downloading = useHub(({ phase }) => phase.kind === 'downloading');
  const { askToClear, clear } = useHub.getState();
  const { label } = hubSet(id);
  return (
    <li>
      <span>{label}</span>
      <span className="muted">{bytes(size)}</span>
      {asked && <span role="alert">Delete it? It can be downloaded again.</span>}
      {/* One button with two uses, so that focus stays where it is. */}
      <button
        key="main"
        type="button"
        className={asked ? 'button tiny' : 'button quiet tiny'}
        disabled={downloading}
        aria-label={asked ? undefined : `Clear ${label}, ${bytes(size)}`}
        onClick={() => (asked ? clear(false) : askToClear(id))}
      >
        {asked ? (
          'Keep'
        ) : (
          <>
            <Trash2 size={14} aria-hidden /> Clear
          </>
        )}
      </button>
      {asked && (
        <button
          type="button"
          className="button tiny"
          onClick={() => {
            onDelete();
            clear(true);
          }}
        >
          Delete
        </button>
      )}
    </li>
  );
}

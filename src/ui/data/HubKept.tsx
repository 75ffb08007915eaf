import { Trash2 } from 'lucide-react';
import { useRef } from 'react';
import { HUB_SETS, type HubSetId, hubSet, useHub } from '../../store/data/hub.ts';
import { bytes } from '../shell/format.ts';

/** The size of each data set that this browser keeps, with a button that deletes it. */
export function HubKept() {
  const kept = useHub((state) => state.kept);
  const complaint = useHub((state) => state.complaint);
  const section = useRef<HTMLElement>(null);
  if (kept === undefined) return null;
  const there = HUB_SETS.filter(({ id }) => kept !== null && kept[id] > 0);
  return (
    // This element is the same in all states. It takes the focus when the line with the pressed button
    // disappears.
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
  /** Called before the pressed button disappears. */
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
      {/* One button has two uses, so that focus stays where it is. */}
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

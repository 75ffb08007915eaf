import { Trash2 } from 'lucide-react';
import { HUB_SETS, hubSet, useHub } from '../../store/hub.ts';
import { bytes } from '../shell/format.ts';

/** What lies in this browser of each data set, and a way to be rid of it. */
export function HubKept() {
  const kept = useHub((state) => state.kept);
  const clearing = useHub((state) => state.clearing);
  const downloading = useHub(({ phase }) => phase.kind === 'downloading');
  const { askToClear, clear } = useHub.getState();
  if (kept === undefined) return null;
  if (kept === null) {
    return (
      <p className="muted small hub-kept">
        This browser keeps nothing here, as in a private window: each run downloads its images again.
      </p>
    );
  }
  const there = HUB_SETS.filter(({ id }) => kept[id] > 0);
  if (there.length === 0) return <p className="muted small hub-kept">Nothing is kept yet.</p>;
  return (
    <section className="hub-kept" aria-label="Kept in this browser">
      <h3>Kept in this browser</h3>
      <ul>
        {there.map(({ id, label }) => (
          <li key={id}>
            <span>{label}</span>
            <span className="muted">{bytes(kept[id])}</span>
            {clearing === id ? (
              <>
                <span>Delete it? It can be downloaded again.</span>
                <button type="button" className="button tiny" onClick={() => clear(false)}>
                  Keep
                </button>
                <button type="button" className="button tiny" onClick={() => clear(true)}>
                  Delete
                </button>
              </>
            ) : (
              <button
                type="button"
                className="button quiet tiny"
                disabled={downloading}
                aria-label={`Clear ${hubSet(id).label}, ${bytes(kept[id])}`}
                onClick={() => askToClear(id)}
              >
                <Trash2 size={14} aria-hidden /> Clear
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

import { useEffect } from 'react';
import { bytesOf, useLibrary } from '../../store/runs/library.ts';
import { usePersistence } from '../../store/runs/persistence.ts';

/** Asks once whether the browser should keep runs when it needs room, as soon as there is one to lose. */
export function PersistenceLine() {
  const standing = usePersistence((state) => state.standing);
  const holds = useLibrary(({ entries }) => entries.some((entry) => bytesOf(entry) > 0));
  useEffect(() => {
    if (holds) void usePersistence.getState().look();
  }, [holds]);
  const { answer } = usePersistence.getState();
  if (standing === 'nothing') return null;
  if (standing === 'declined') {
    return (
      <p className="muted small" role="status">
        The browser has declined: it may still delete kept runs when it needs room. Save the run files of
        those that you cannot lose.
      </p>
    );
  }
  return (
    <p className="muted small">
      The browser may delete kept runs when it needs room.{' '}
      <button type="button" className="button tiny" onClick={() => void answer(true)}>
        Keep them
      </button>{' '}
      <button type="button" className="button quiet tiny" onClick={() => void answer(false)}>
        Don’t ask again
      </button>
    </p>
  );
}

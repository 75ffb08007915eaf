import { useLibrary } from './library.ts';
import type { LibraryRow } from './libraryRows.ts';
import { useRuns } from './runs.ts';
import type { ShelvedRun } from './runsShelf.ts';

/** The result that went off the table of runs with the kept run that was deleted last. */
let taken: ShelvedRun | null = null;

/** Deletes a run from the list and from the table of runs, until the deletion is undone. */
export function removeRun({ entry, shelved }: Pick<LibraryRow, 'entry' | 'shelved'>): void {
  const others = useLibrary.getState().entries.filter(({ id }) => id !== entry?.id);
  // What another kept run came to as well stays with that one.
  const own = others.some(({ id }) => shelved?.keptRuns.includes(id)) ? null : shelved;
  if (own) useRuns.getState().remove(own.id);
  if (!entry) return;
  taken = own;
  useLibrary.getState().remove(entry.id);
  // One deletion is undone by one button: the kept run's.
  useRuns.setState({ removed: null });
}

export function undoRemoval(): void {
  if (useLibrary.getState().removed === null) {
    useRuns.getState().undo();
    return;
  }
  useLibrary.getState().undo();
  if (taken && taken.origin !== 'recorded')
    void useRuns.getState().add([taken], taken.origin, taken.keptRuns[0]);
  taken = null;
}

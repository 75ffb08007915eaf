import { useLibrary } from './library.ts';
import type { LibraryRow } from './libraryRows.ts';
import { useRuns } from './runs.ts';
import type { ShelvedRun } from './runsShelf.ts';

/** The result that was removed from the table of runs together with the kept run that was deleted last. */
let taken: ShelvedRun | null = null;

/** Deletes a run from the list and from the table of runs, until the deletion is undone. */
export function removeRun({ entry, shelved }: Pick<LibraryRow, 'entry' | 'shelved'>): void {
  const others = useLibrary.getState().entries.filter(({ id }) => id !== entry?.id);
  // A result that another kept run shares stays in the table.
  const own = others.some(({ id }) => shelved?.keptRuns.includes(id)) ? null : shelved;
  if (own) useRuns.getState().remove(own.id);
  if (!entry) return;
  taken = own;
  useLibrary.getState().remove(entry.id);
  // One button undoes a deletion, and that is the kept run's button.
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

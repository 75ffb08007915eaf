import { create } from 'zustand';
import { usePlayground } from '../playground.ts';
import { useSettings } from '../settings.ts';
import { dataOf } from './files.ts';
import { type Walked, walkEntries, walkPicked } from './walkEntries.ts';

/**
 * Folders that are given to the page. Files alone go to the playground, which distinguishes runs and images.
 */
export interface HandOver {
  /** The folder that is being searched, and the number of files found so far; null if none is. */
  readonly looking: { readonly what: string; readonly found: number } | null;
  /** Takes a drop: folders, or files together with folders. */
  drop(entries: readonly FileSystemEntry[]): void;
  /** Takes the files that a folder picker found. */
  pick(files: readonly File[]): void;
  /** Stops searching a folder. An earlier choice of files stays. */
  cancel(): void;
}

/** Shortest time between two counts that the page shows, ms. */
const TELL_MS = 100;

export const useHandOver = create<HandOver>()((set) => {
  let stop: AbortController | null = null;

  function choose({ files, name }: Walked): void {
    if (files.length === 0) {
      complain(
        `${name === null ? 'The folders hold' : `The folder “${name}” holds`} no files. Choose another.`,
      );
      return;
    }
    usePlayground.getState().dismiss();
    useSettings.getState().chooseSource(dataOf(files, name ?? undefined));
  }

  return {
    looking: null,
    drop: (entries) => {
      stop?.abort();
      const here = new AbortController();
      stop = here;
      const what = entries.length === 1 ? `“${entries[0]!.name}”` : `${entries.length} folders and files`;
      set({ looking: { what, found: 0 } });
      let told = performance.now();
      const onFound = (found: number) => {
        if (performance.now() - told < TELL_MS) return;
        told = performance.now();
        if (stop === here) set({ looking: { what, found } });
      };
      walkEntries(entries, here.signal, onFound)
        .then(
          (walked) => {
            if (stop === here) choose(walked);
          },
          (error: unknown) => {
            if (!here.signal.aborted) complain(error instanceof Error ? error.message : String(error));
          },
        )
        .finally(() => {
          if (stop === here) set({ looking: null });
        });
    },
    pick: (files) => {
      try {
        choose(walkPicked(files));
      } catch (error) {
        complain(error instanceof Error ? error.message : String(error));
      }
    },
    cancel: () => {
      stop?.abort();
      stop = null;
      set({ looking: null });
    },
  };
});

function complain(complaint: string): void {
  usePlayground.setState({ complaint });
}

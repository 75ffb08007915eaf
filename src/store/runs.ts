import { create } from 'zustand';
import type { RunSummary } from '../session/runSummary.ts';
import {
  browserStorage,
  type RunOrigin,
  readShelf,
  type ShelvedRun,
  setOf,
  writeShelf,
} from './runsShelf.ts';

export type { BranchResult, RunSummary } from '../session/runSummary.ts';
export type { RunOrigin, ShelvedRun } from './runsShelf.ts';

/** The run set that comes with the page, below the site's root. */
const RECORDED = 'recorded/emoji10-sweep.json';

/** Runs that can be set side by side: those of this browser, and those recorded with the project. */
export interface Runs {
  /** Trained here or opened from files, in the order they ended. Kept over a reload. */
  readonly own: readonly ShelvedRun[];
  readonly recorded: readonly ShelvedRun[];
  /** The machine of the recorded runs; null while there are none. */
  readonly recordedOn: string | null;
  /** What was removed last, until something else happens. */
  readonly removed: { readonly run: ShelvedRun; readonly place: number } | null;
  /** Why something could not be kept or opened. */
  readonly complaint: string | null;
  /** Reads what is kept and what was recorded: once, however often it is asked for. */
  load(): Promise<void>;
  /** Takes a run in; one that is there already stays as it is. */
  add(runs: readonly RunSummary[], origin: RunOrigin): Promise<void>;
  /** Adds the runs of a file that `fileText` or the command line wrote. */
  open(file: File): Promise<void>;
  remove(id: string): void;
  /** Brings the removed run back to its place. */
  undo(): void;
  /** All own runs as a run set's text. */
  fileText(): string;
}

export const useRuns = create<Runs>()((set, get) => {
  const storage = browserStorage();
  let loading: Promise<void> | null = null;
  /** What is on the page could not be kept: what is kept is not all. */
  let unkept = storage === null;

  function keep(own: readonly ShelvedRun[], change: Partial<Runs> = {}): void {
    set({ own, removed: null, complaint: null, ...change });
    try {
      writeShelf(storage, own);
      unkept = false;
    } catch (error) {
      unkept = true;
      set({ complaint: `Runs will be lost with this page: ${messageOf(error)}. Save them as a file.` });
    }
  }

  async function readKept(): Promise<void> {
    try {
      set({ own: await readShelf(storage) });
    } catch (error) {
      set({ complaint: `The runs of earlier visits could not be read: ${messageOf(error)}` });
    }
  }

  async function readRecorded(): Promise<void> {
    try {
      const response = await fetch(new URL(RECORDED, document.baseURI));
      // A development server answers an unknown path with the page itself.
      if (!response.ok || response.headers.get('content-type')?.startsWith('text/html')) return;
      const { parseRunSet } = await import('../session/runSetFile.ts');
      const { runs, recordedOn } = parseRunSet(await response.text());
      set({ recorded: runs.map((run) => ({ ...run, origin: 'recorded' })), recordedOn });
    } catch (error) {
      set({ complaint: `The recorded runs could not be read: ${messageOf(error)}` });
    }
  }

  return {
    own: [],
    recorded: [],
    recordedOn: null,
    removed: null,
    complaint: null,
    load: () => {
      loading ??= Promise.all([readKept(), readRecorded()]).then(() => {});
      return loading;
    },
    add: async (runs, origin) => {
      await get().load();
      // Another tab may have added some since.
      const kept = unkept ? get().own : await readShelf(storage).catch(() => get().own);
      const fresh = runs.map((run) => ({ ...run, origin }));
      // A run that was opened from its file, and is now trained, is better known than before.
      const known = kept.map((run) => {
        const again = fresh.find(({ id }) => id === run.id);
        return again && run.data.source === null ? again : run;
      });
      keep([...known, ...fresh.filter(({ id }) => kept.every((run) => run.id !== id))]);
    },
    open: async (file) => {
      try {
        const { parseRunSet } = await import('../session/runSetFile.ts');
        const { runs } = parseRunSet(await file.text());
        await get().add(runs, 'file');
      } catch (error) {
        set({ complaint: `${file.name} could not be opened. ${messageOf(error)}` });
      }
    },
    remove: (id) => {
      const { own } = get();
      const place = own.findIndex((run) => run.id === id);
      const run = own[place];
      if (run) keep(own.toSpliced(place, 1), { removed: { run, place } });
    },
    undo: () => {
      const { own, removed } = get();
      if (removed) keep(own.toSpliced(removed.place, 0, removed.run));
    },
    fileText: () => JSON.stringify(setOf(get().own)),
  };
});

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

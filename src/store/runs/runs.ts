import { create } from 'zustand';
import { RESULTS_FILE } from '../../recorded/systems.ts';
import type { RunSet } from '../../run/sets/runSetFile.ts';
import type { RunSummary } from '../../run/sets/runSummary.ts';
import { siteFile } from '../siteFile.ts';
import { type RunOrigin, RunsShelf, type ShelvedRun, setOf } from './runsShelf.ts';
import { runName } from './runsText.ts';

export type { BranchResult, RunSummary } from '../../run/sets/runSummary.ts';
export type { RunOrigin, ShelvedRun } from './runsShelf.ts';

/**
 * Paths of the run sets that come with the page, from the site's root: the recorded runs, a sweep, and small
 * dense networks of about the MACs of its gated ones.
 */
const RECORDED = [`recorded/${RESULTS_FILE}`, 'recorded/emoji10-sweep.json', 'recorded/emoji10-small.json'];

/** Runs that can be compared: those of this browser, and those recorded with the project. */
export interface Runs {
  /** Trained here or opened from files, in the order of their end. They survive a reload. */
  readonly own: readonly ShelvedRun[];
  readonly recorded: readonly ShelvedRun[];
  /** The machine of the recorded runs; null without recorded runs. */
  readonly recordedOn: string | null;
  /** The run that was removed last; null after any other action. */
  readonly removed: { readonly run: ShelvedRun; readonly place: number } | null;
  /** The reason why something could not be kept or opened. */
  readonly complaint: string | null;
  /** Reads the kept and the recorded runs. Repeated calls do not read again. */
  load(): Promise<void>;
  /**
   * Adds runs. A run that is already there is not changed.
   * @param keptRun id of the kept run that gave these results; its earlier result is removed
   */
  add(runs: readonly RunSummary[], origin: RunOrigin, keptRun?: string | null): Promise<void>;
  /** Adds the runs of a file that was written by `fileText` or by the command line. */
  open(file: File): Promise<void>;
  remove(id: string): void;
  /** Brings the removed run back to its place. */
  undo(): void;
  /** All own runs as a run set's text. */
  fileText(): string;
  /** The report of the own runs, or of the recorded ones if there are no others, as a page of HTML. */
  report(): Promise<string>;
}

export const useRuns = create<Runs>()((set, get) => {
  const shelf = new RunsShelf();
  let loading: Promise<void> | null = null;
  /** Whether the runs on the page could not be stored, so that the storage is not complete. */
  let unkept = !shelf.isThere;

  /** @param said earlier complaints, to which new ones are added */
  function keep(own: readonly ShelvedRun[], change: Partial<Runs> = {}, said: readonly string[] = []): void {
    const words = [...said];
    set({ own, removed: null, ...change });
    try {
      const aside = shelf.write(own);
      unkept = false;
      if (aside !== null)
        words.push(
          `The runs of earlier visits could not be read, and were put aside in this browser’s storage as “${aside}”.`,
        );
    } catch (error) {
      unkept = true;
      words.push(`Runs will be lost with this page: ${messageOf(error)}. Save them as a file.`);
    }
    set({ complaint: words.length > 0 ? words.join(' ') : null });
  }

  async function readKept(): Promise<void> {
    try {
      const { own, lost } = await shelf.read();
      set({ own, ...(lost > 0 && { complaint: lostWords(lost) }) });
    } catch (error) {
      set({ complaint: `The runs of earlier visits could not be read: ${messageOf(error)}` });
    }
  }

  async function readRecorded(): Promise<void> {
    try {
      const sets = (await Promise.all(RECORDED.map(setAt))).filter((found) => found !== null);
      if (sets.length === 0) return;
      // A run that is in both comes once.
      const runs = new Map(sets.flatMap((one) => one.runs.map((run) => [run.id, run] as const)));
      const recorded = [...runs.values()].map(
        (run): ShelvedRun => ({ ...run, origin: 'recorded', keptRuns: [] }),
      );
      set({ recorded, recordedOn: [...new Set(sets.map((one) => one.recordedOn))].join('; ') });
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
    add: async (runs, origin, keptRun = null) => {
      await get().load();
      const { runFault } = await import('../../run/sets/runSetFile.ts');
      const said: string[] = [];
      const fresh = runs.flatMap((run) => {
        const fault = runFault(run);
        if (fault === null) return [{ ...run, origin, keptRuns: keptRun === null ? [] : [keptRun] }];
        // If it were stored, it could not be read again.
        said.push(`${runName(run)} cannot be compared with others. Its numbers do not fit: ${fault}.`);
        return [];
      });
      // Another tab may have added runs meanwhile.
      const here = { own: get().own, lost: 0 };
      const { own: kept, lost } = unkept ? here : await shelf.read().catch(() => here);
      if (lost > 0) said.push(lostWords(lost));
      const known = kept.flatMap((run) => {
        const again = fresh.find(({ id }) => id === run.id);
        if (again) return [joined(run, again)];
        return fresh.length > 0 && keptRun !== null ? without(run, keptRun) : [run];
      });
      const others = fresh.filter(({ id }) => kept.every((run) => run.id !== id));
      keep([...known, ...others], {}, said);
    },
    open: async (file) => {
      try {
        const { parseRunSet } = await import('../../run/sets/runSetFile.ts');
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
    report: async () => {
      const { reportHtml } = await import('../../run/report/reportHtml.ts');
      const { own, recorded, recordedOn } = get();
      const isOwn = own.length > 0;
      const set = isOwn ? setOf(own) : { ...setOf(recorded), ...(recordedOn !== null && { recordedOn }) };
      const files = isOwn ? ['dualgate-runs.json'] : RECORDED.map((path) => `public/${path}`);
      return reportHtml(set, {
        ...{ madeOn: new Date().toISOString(), version: null, sweepFile: null },
        command: `npm run sweep -- --merge ${files.join(' ')} --report report.html`,
      });
    },
  };
});

/** The run set at a path of the site; null if there is none. @throws Error in words */
async function setAt(path: string): Promise<RunSet | null> {
  const file = await siteFile(path);
  if (typeof file === 'number') return null;
  const { parseRunSet } = await import('../../run/sets/runSetFile.ts');
  return parseRunSet(await file.text());
}

/** One result out of two equal ones, with the kept runs of both. */
function joined(run: ShelvedRun, again: ShelvedRun): ShelvedRun {
  const keptRuns = [...new Set([...run.keptRuns, ...again.keptRuns])];
  const dial = again.dial ?? run.dial;
  // A run with a known source tells more than the same run from its file, so it replaces that one.
  return { ...(run.data.source === null ? again : run), ...(dial && { dial }), keptRuns };
}

/** Removes the earlier result of a kept run that has a new one, unless other kept runs share it. */
function without(run: ShelvedRun, keptRun: string): ShelvedRun[] {
  if (!run.keptRuns.includes(keptRun)) return [run];
  const keptRuns = run.keptRuns.filter((id) => id !== keptRun);
  return keptRuns.length === 0 ? [] : [{ ...run, keptRuns }];
}

function lostWords(lost: number): string {
  return lost === 1
    ? 'One run of earlier visits could not be read, and is left out.'
    : `${lost} runs of earlier visits could not be read, and are left out.`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

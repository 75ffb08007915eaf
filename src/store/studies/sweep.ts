import { create } from 'zustand';
import { sourceKey } from '../../run/sets/runSummary.ts';
import { type PlannedRun, type SweepOrder, sweepFaults } from '../../run/sweep/sweepPlan.ts';
import { mustAsk, useLayoutQuestion } from '../data/layoutQuestion.ts';
import { sideOf } from '../data/source.ts';
import { usePlayground } from '../playground.ts';
import { useRuns } from '../runs/runs.ts';
import { browserStorage, type ShelvedRun } from '../runs/runsShelf.ts';
import { type DataSource, missingText, useSettings } from '../settings.ts';
import { keepJob, keptJob, newJob, type SweepJob, type SweepStanding, standing } from './sweepJob.ts';

export type { PlannedRun, SweepOrder, SweepSystem } from '../../run/sweep/sweepPlan.ts';
export { type SweepJob, secondsFor, standing } from './sweepJob.ts';

/** Runs that are trained one after another on the page, each as if the user had started it. */
export interface Sweep {
  readonly job: SweepJob | null;
  /** held: the sweep waits until the user continues it; over: no run is left to train. */
  readonly state: 'none' | 'running' | 'held' | 'over';
  /** The run on the page while the sweep is running. */
  readonly current: PlannedRun | null;
  readonly complaint: string | null;
  /** Finds a sweep that a reload interrupted. */
  load(): Promise<void>;
  /** Starts with the data and the engine of the settings. */
  start(order: SweepOrder): void;
  goOn(): void;
  /** Skips the present run, and continues with the next. */
  skip(): void;
  /** Ends the present run. Finished runs stay, and the rest can be trained later. */
  hold(): void;
  /** Deletes the sweep, but not its runs. */
  discard(): void;
}

export const useSweep = create<Sweep>()((set, get) => {
  const storage = browserStorage();
  let loading: Promise<void> | null = null;
  /** Id of the page's run that the sweep waits for. */
  let awaited: string | null = null;

  function change(job: SweepJob | null, rest: Partial<Sweep> = {}): void {
    set({ job, complaint: null, ...rest });
    keepJob(storage, job).catch((error: unknown) =>
      set({ complaint: `A reload will end the sweep: it could not be kept (${messageOf(error)}).` }),
    );
  }

  function next(): void {
    const { job } = get();
    if (!job) return;
    awaited = null;
    const [planned] = standing(job, useRuns.getState().own).left;
    if (!planned) {
      set({ state: 'over', current: null });
      return;
    }
    const source = sourceOf(job);
    if (typeof source === 'string') {
      set({ state: 'held', current: null, complaint: source });
      return;
    }
    set({ state: 'running', current: planned, complaint: null });
    usePlayground.getState().train({ config: planned.config, source, engine: job.engine });
    awaited = usePlayground.getState().run?.run ?? null;
  }

  /** Checks whether the awaited run has ended, and how. */
  function look(): void {
    const { job, current, state } = get();
    if (state !== 'running' || !job || !current || awaited === null) return;
    const { run } = usePlayground.getState();
    if (run?.run !== awaited) {
      awaited = null;
      set({ state: 'held', current: null });
    } else if (run.state === 'failed') {
      leaveOut({ failed: { ...job.failed, [current.key]: run.failure?.message ?? 'no reason given' } });
    } else if (run.state === 'finished' && run.record.stoppedEarly) {
      leaveOut({ skipped: [...job.skipped, current.key] });
    } else if (run.state === 'finished') {
      // Its result comes to the table of runs a moment later. This function is then called again.
      if (standing(job, useRuns.getState().own).left[0]?.key !== current.key) proceed();
    }
  }

  function leaveOut(why: Partial<Pick<SweepJob, 'skipped' | 'failed'>>): void {
    const { job } = get();
    if (!job) return;
    change({ ...job, ...why });
    proceed();
  }

  /** Continues after everybody has been told the event that ended the run. */
  function proceed(): void {
    awaited = null;
    queueMicrotask(next);
  }

  usePlayground.subscribe(look);
  useRuns.subscribe(look);

  return {
    job: null,
    state: 'none',
    current: null,
    complaint: null,
    load: () => {
      loading ??= Promise.all([keptJob(storage), useRuns.getState().load()]).then(
        ([job]) => {
          if (job && get().job === null) set({ job, state: 'held' });
        },
        (error: unknown) => set({ complaint: `The sweep of an earlier visit is lost: ${messageOf(error)}` }),
      );
      return loading;
    },
    start: (order) => {
      const { source, engine } = useSettings.getState();
      const missing = missingText(useSettings.getState());
      if (missing !== null) {
        set({ complaint: `The sweep cannot start. ${missing}` });
        return;
      }
      if (mustAsk(source)) {
        useLayoutQuestion.getState().ask();
        return;
      }
      const faults = sweepFaults(order, sideOf(source));
      if (faults.length > 0) {
        set({ complaint: `The sweep cannot start. ${faults.join('. ')}.` });
        return;
      }
      change(newJob(order, source, engine));
      next();
    },
    goOn: next,
    skip: () => {
      const { job, current } = get();
      if (job && current) leaveOut({ skipped: [...job.skipped, current.key] });
    },
    hold: () => {
      awaited = null;
      set({ state: 'held', current: null });
      usePlayground.getState().abandon();
    },
    discard: () => change(null, { state: 'none', current: null }),
  };
});

/** The runs of a sweep with the page's settings; a sentence if it is not possible. */
export function standingOf(
  order: SweepOrder,
  source: DataSource,
  shelf: readonly ShelvedRun[],
): SweepStanding | string {
  const faults = sweepFaults(order, sideOf(source));
  if (faults.length > 0) return `${faults.join('. ')}.`;
  return standing(newJob(order, source, 'auto'), shelf);
}

/**
 * The sweep as a file for the command line. Its data files are named as the user gave them, without their
 * folders.
 */
export async function sweepFile(order: SweepOrder, source: DataSource): Promise<string> {
  const { sweepFileText } = await import('../../run/sweep/sweepFile.ts');
  return sweepFileText(newJob(order, source, 'auto'));
}

/** The data of a job; a sentence that tells the user what to do if they are missing. */
function sourceOf({ data, source }: SweepJob): DataSource | string {
  if (data.kind === 'emoji10') return data;
  const chosen = useSettings.getState().source;
  if (chosen.kind !== 'emoji10' && sourceKey(chosen) === source) return chosen;
  if (data.kind === 'hub') return { ...data, kept: true };
  return `Choose the files of this sweep again, then go on: ${namesIn([...data.train, ...data.test])}.`;
}

/** Names of files, at most the first five. */
function namesIn(paths: readonly string[]): string {
  const shown = paths.slice(0, 5).join(', ');
  return paths.length > 5 ? `${shown} and ${paths.length - 5} more` : shown;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

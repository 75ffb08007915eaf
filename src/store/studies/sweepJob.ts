import type { SourceFile } from '../../data/formats/files.ts';
import type { EngineChoice } from '../../run/protocol.ts';
import { sourceKey } from '../../run/sets/runSummary.ts';
import { runKey } from '../../run/settingsKey.ts';
import { estimatedSeconds } from '../../run/sweep/runTime.ts';
import type { SweepFile } from '../../run/sweep/sweepFile.ts';
import { type PlannedRun, planSweep, type SweepOrder } from '../../run/sweep/sweepPlan.ts';
import { sideOf } from '../data/source.ts';
import type { RunOrigin, ShelvedRun, Storage } from '../runs/runsShelf.ts';
import type { DataSource } from '../settings.ts';

/** A sweep that was started: its order, its data, and the runs that must not be tried again. */
export interface SweepJob {
  readonly order: SweepOrder;
  /** `sourceKey` of its data. After a reload, the user must choose files again. */
  readonly source: string;
  readonly data: SweepFile['data'];
  /** Side of its images, pixels. */
  readonly side: number;
  readonly engine: EngineChoice;
  /** Keys of runs that were skipped. */
  readonly skipped: readonly string[];
  /** Keys of the runs that failed, with the reason. */
  readonly failed: Readonly<Record<string, string>>;
}

export function newJob(order: SweepOrder, source: DataSource, engine: EngineChoice): SweepJob {
  const folder = source.kind === 'files' ? source.name : undefined;
  // The folder's name is enough: the files are found in it again.
  const names = (files: readonly SourceFile[]) =>
    folder === undefined ? files.map(({ path }) => path) : files.length > 0 ? [folder] : [];
  const data: SweepJob['data'] =
    source.kind === 'files' ? { ...source, train: names(source.train), test: names(source.test) } : source;
  const side = sideOf(source);
  return { order, source: sourceKey(source), data, side, engine, skipped: [], failed: {} };
}

/** The progress of a sweep. */
export interface SweepStanding {
  readonly plan: readonly PlannedRun[];
  /** Number of planned runs whose results are in the table of runs. */
  readonly done: number;
  /** Runs that are still to be trained, the next one first. */
  readonly left: readonly PlannedRun[];
}

/** The progress of a sweep. A run whose result exists is not trained again, whatever trained it. */
export function standing(
  {
    order,
    source,
    side,
    skipped,
    failed,
  }: Pick<SweepJob, 'order' | 'source' | 'side' | 'skipped' | 'failed'>,
  shelf: readonly ShelvedRun[],
): SweepStanding {
  const plan = planSweep(order, side);
  const there = new Set(shelf.filter((run) => isResult(run, source)).map(({ config }) => runKey(config)));
  const open = plan.filter(({ key }) => !there.has(key));
  return {
    plan,
    done: plan.length - open.length,
    left: open.filter(({ key }) => !skipped.includes(key) && !(key in failed)),
  };
}

/** Whether the run reached its end on these data, at one budget. */
function isResult(run: ShelvedRun, source: string): boolean {
  return run.data.source === source && !run.stoppedEarly && !run.budgetMoved;
}

/**
 * Seconds that these runs will take, from runs of an origin that were timed on the engine that was used
 * last; null without such runs.
 * @param side side of the images, pixels
 */
export function secondsFor(
  runs: readonly PlannedRun[],
  shelf: readonly ShelvedRun[],
  side: number,
  origin: RunOrigin = 'here',
): number | null {
  const here = shelf.filter((run) => run.origin === origin && run.seconds !== null);
  const timed = here.filter(({ engine }) => engine === here.at(-1)?.engine);
  let total = 0;
  for (const { config } of runs) {
    const seconds = estimatedSeconds(config, timed, side);
    if (seconds === null) return null;
    total += seconds;
  }
  return total;
}

const KEY = 'dualgate-sweep';

/**
 * Stores the job, so that it survives a reload; null deletes it. Without a storage, a reload ends the sweep.
 */
export async function keepJob(storage: Storage | null, job: SweepJob | null): Promise<void> {
  if (job === null) {
    storage?.removeItem(KEY);
    return;
  }
  const { sweepFileText } = await import('../../run/sweep/sweepFile.ts');
  const { source, side, engine, skipped, failed } = job;
  storage?.setItem(KEY, JSON.stringify({ file: sweepFileText(job), source, side, engine, skipped, failed }));
}

/** The stored job; null without one. @throws Error when it cannot be read */
export async function keptJob(storage: Storage | null): Promise<SweepJob | null> {
  const text = storage?.getItem(KEY) ?? null;
  if (text === null) return null;
  const { parseSweepFile } = await import('../../run/sweep/sweepFile.ts');
  const { file, ...rest } = JSON.parse(text) as Omit<SweepJob, 'order' | 'data' | 'side'> &
    Partial<Pick<SweepJob, 'side'>> & { readonly file: string };
  // Older jobs have no side, because only CIFAR's side could be read then.
  return { ...parseSweepFile(file), side: 32, ...rest };
}

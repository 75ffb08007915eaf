import type { SourceFile } from '../../data/formats/files.ts';
import type { EngineChoice } from '../../run/protocol.ts';
import { sourceKey } from '../../run/runSummary.ts';
import { runKey } from '../../run/settingsKey.ts';
import type { SweepFile } from '../../run/sweepFile.ts';
import { estimatedSeconds, type PlannedRun, planSweep, type SweepOrder } from '../../run/sweepPlan.ts';
import { sideOf } from '../data/source.ts';
import type { ShelvedRun, Storage } from '../runs/runsShelf.ts';
import type { DataSource } from '../settings.ts';

/** A sweep that was begun: what to train, from what, and what is not to be tried any more. */
export interface SweepJob {
  readonly order: SweepOrder;
  /** `sourceKey` of its data: files must be handed over again after a reload. */
  readonly source: string;
  readonly data: SweepFile['data'];
  /** Of its images, pixels. */
  readonly side: number;
  readonly engine: EngineChoice;
  /** Keys of runs that were skipped. */
  readonly skipped: readonly string[];
  /** Keys of runs that failed, with why. */
  readonly failed: Readonly<Record<string, string>>;
}

export function newJob(order: SweepOrder, source: DataSource, engine: EngineChoice): SweepJob {
  const folder = source.kind === 'files' ? source.name : undefined;
  // A folder's files are found in it again.
  const names = (files: readonly SourceFile[]) =>
    folder === undefined ? files.map(({ path }) => path) : files.length > 0 ? [folder] : [];
  const data: SweepJob['data'] =
    source.kind === 'files' ? { ...source, train: names(source.train), test: names(source.test) } : source;
  const side = sideOf(source);
  return { order, source: sourceKey(source), data, side, engine, skipped: [], failed: {} };
}

/** Where a sweep stands. */
export interface SweepStanding {
  readonly plan: readonly PlannedRun[];
  /** Runs of the plan that are on the shelf. */
  readonly done: number;
  /** Still to be trained, the next one first. */
  readonly left: readonly PlannedRun[];
}

/** What is left of a sweep: what is on the shelf is not trained again, whoever trained it. */
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

/** It went to its end on these data, at one budget. */
function isResult(run: ShelvedRun, source: string): boolean {
  return run.data.source === source && !run.stoppedEarly && !run.budgetMoved;
}

/**
 * Seconds that these runs will take, by the runs timed here on the engine that was used last; null without any.
 * @param side of the images, pixels
 */
export function secondsFor(
  runs: readonly PlannedRun[],
  shelf: readonly ShelvedRun[],
  side: number,
): number | null {
  const here = shelf.filter(({ origin, seconds }) => origin === 'here' && seconds !== null);
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

/** Keeps the job over a reload; without one, forgets it. Where the browser keeps nothing, a reload ends the sweep. */
export async function keepJob(storage: Storage | null, job: SweepJob | null): Promise<void> {
  if (job === null) {
    storage?.removeItem(KEY);
    return;
  }
  const { sweepFileText } = await import('../../run/sweepFile.ts');
  const { source, side, engine, skipped, failed } = job;
  storage?.setItem(KEY, JSON.stringify({ file: sweepFileText(job), source, side, engine, skipped, failed }));
}

/** The job that was kept; null without one. @throws Error when what was kept cannot be read */
export async function keptJob(storage: Storage | null): Promise<SweepJob | null> {
  const text = storage?.getItem(KEY) ?? null;
  if (text === null) return null;
  const { parseSweepFile } = await import('../../run/sweepFile.ts');
  const { file, ...rest } = JSON.parse(text) as Omit<SweepJob, 'order' | 'data' | 'side'> &
    Partial<Pick<SweepJob, 'side'>> & { readonly file: string };
  // Kept before other sides than CIFAR's could be read.
  return { ...parseSweepFile(file), side: 32, ...rest };
}

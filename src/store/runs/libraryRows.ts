import type { RunConfig } from '../../config.ts';
import type { NamedFloor, PerBranch } from '../../metrics.ts';
import { grouped } from '../grouped.ts';
import { branchesOf, branchName } from '../run/branches.ts';
import type { RunState } from '../run/run.ts';
import { bytesOf, isResumable, type Library, type RunEntry } from './library.ts';
import type { ShelvedRun } from './runsShelf.ts';
import { deviations, runName } from './runsText.ts';

/** What the list shows of a run, wherever the run is kept. */
export interface LibraryRow {
  readonly id: string;
  readonly name: string;
  readonly note: string;
  readonly config: RunConfig;
  /** “paused here”, “can go on from step 24 of 390”. */
  readonly standing: string;
  readonly data: string;
  /** Differences from the nearest preset's settings. */
  readonly differs: string;
  /** Results of its newest evaluation; empty before the first. */
  readonly numbers: readonly string[];
  /** Bytes on disk; null if only its result is kept, in the table of runs. */
  readonly bytes: number | null;
  /** The step that training can continue from; null if it cannot, or if it is training now. */
  readonly resumeFrom: number | null;
  /** Whether it is on the page and has not ended. */
  readonly here: boolean;
  /** null if only its result is kept. */
  readonly entry: RunEntry | null;
  /** Its result in the table of runs; null if it has none. */
  readonly shelved: ShelvedRun | null;
}

export interface Shelves {
  readonly library: Pick<Library, 'entries' | 'elsewhere' | 'unkept'>;
  readonly own: readonly ShelvedRun[];
  readonly recorded: readonly ShelvedRun[];
  /** The run on the page. */
  readonly run: Pick<RunState, 'run' | 'state'> | null;
}

/**
 * One list of all runs: first the runs of this browser, the newest first, then those recorded with the
 * project.
 */
export function rowsOf({ library, own, recorded, run }: Shelves): LibraryRow[] {
  const kept = new Set(library.entries.map(({ id }) => id));
  const alone = own.filter(({ keptRuns }) => !keptRuns.some((id) => kept.has(id)));
  const entryRows = library.entries.toReversed().map((entry) => {
    const shelved = own.find(({ keptRuns }) => keptRuns.includes(entry.id)) ?? null;
    return entryRow(entry, shelved, whereabouts(entry, library, run));
  });
  return [...entryRows, ...[...alone.toReversed(), ...recorded].map(shelvedRow)];
}

const ENDED: ReadonlySet<RunState['state']> = new Set(['finished', 'failed', 'idle']);

/** Whether a run is on a page, and the words for that. */
interface Whereabouts {
  /** Whether it is on this page and has not ended. */
  readonly here: boolean;
  /** null if the entry alone tells how the run stands. */
  readonly standing: string | null;
}

function whereabouts(
  entry: RunEntry,
  { elsewhere, unkept }: Shelves['library'],
  run: Shelves['run'],
): Whereabouts {
  const state = run?.run === entry.id ? run.state : 'idle';
  if (!ENDED.has(state)) return { here: true, standing: standingHere(state) };
  if (elsewhere.has(entry.id)) return { here: false, standing: 'trained in another tab' };
  // The run has ended, and its last events are still being written to the disk.
  const isSettling = state === 'finished' && entry.state === 'under way' && unkept !== entry.id;
  return { here: false, standing: isSettling ? 'has ended, and is being written' : null };
}

function entryRow(entry: RunEntry, shelved: ShelvedRun | null, { here, standing }: Whereabouts): LibraryRow {
  const from = standing === null && isResumable(entry) ? entry.checkpoints[0]!.step : null;
  return {
    id: entry.id,
    name: entryName(entry),
    note: entry.note,
    config: entry.config,
    standing: standing ?? standingOf(entry, from),
    data: entry.data?.name ?? sourceName(entry),
    differs: differsOf(entry.config),
    numbers: numbersOf(entry.config, entry.knn20, entry.macRatio, shelved?.toBeat),
    bytes: bytesOf(entry),
    resumeFrom: from,
    here,
    entry,
    shelved,
  };
}

/** The name that its user gave, or a name made of its settings. */
export function entryName(entry: Pick<RunEntry, 'name' | 'config'>): string {
  return entry.name ?? runName(entry);
}

function standingHere(state: RunState['state']): string {
  if (state === 'paused' || state === 'pausing') return 'paused here';
  return state === 'interrupted' ? 'is being restored here' : 'training here';
}

function standingOf(entry: RunEntry, from: number | null): string {
  const { state, stoppedEarly, failure, steps, config } = entry;
  const onward = from === null ? '' : `; can go on from step ${grouped(from)} of ${grouped(config.steps)}`;
  if (state === 'finished')
    return stoppedEarly
      ? `ended early after ${grouped(steps)} steps${onward}`
      : `finished, ${grouped(steps)} steps`;
  if (state === 'failed') return `failed: ${failure ?? 'no reason was kept'}${onward}`;
  if (from === null) return 'broken off before its first checkpoint';
  return `can go on from step ${grouped(from)} of ${grouped(config.steps)}`;
}

function sourceName({ source }: RunEntry): string {
  if (source.kind !== 'files') return source.kind;
  return source.name ?? source.first[0] ?? 'files';
}

function shelvedRow(shelved: ShelvedRun): LibraryRow {
  const { origin, id, config, data, steps, stoppedEarly, budgetMoved, branches, denseMacs } = shelved;
  const { engine, toBeat } = shelved;
  const knn20 = Object.fromEntries(branches.map(({ branch, knn20: accuracy }) => [branch, accuracy]));
  const gated = branches.find(({ branch }) => branch === 'gated');
  const parts = [
    origin === 'recorded' ? 'recorded' : origin === 'file' ? 'from a file' : 'trained here before',
    `${grouped(steps)} steps${stoppedEarly ? ', ended early' : ''}`,
    ...(budgetMoved ? ['t_d moved while it trained'] : []),
    ...(engine ? [engine] : []),
  ];
  return {
    id: `${origin} ${id}`,
    name: runName(shelved),
    note: '',
    config,
    standing: parts.join(' · '),
    data: data.name,
    differs: differsOf(config),
    numbers: numbersOf(
      config,
      { gated: null, dense: null, ...knn20 },
      gated ? gated.macs / denseMacs : null,
      toBeat,
    ),
    bytes: null,
    resumeFrom: null,
    here: false,
    entry: null,
    shelved,
  };
}

function differsOf(config: RunConfig): string {
  const { preset, shared, own } = deviations(config);
  const changed = [...shared, ...own];
  return changed.length === 0 ? `as the preset “${preset}”` : `“${preset}” but ${changed.join(', ')}`;
}

/** @param toBeat the best floor of 20-NN, where it is known */
function numbersOf(
  config: RunConfig,
  knn20: PerBranch | null,
  macRatio: number | null,
  toBeat: NamedFloor | undefined,
): string[] {
  const accuracies = branchesOf(config).flatMap((branch) => {
    const value = knn20?.[branch];
    return typeof value === 'number' ? [`${branchName(branch)} 20-NN ${percent(value)}`] : [];
  });
  const line = toBeat && accuracies.length > 0 ? [`to beat: ${toBeat.name} ${percent(toBeat.share)}`] : [];
  return [...accuracies, ...line, ...(macRatio === null ? [] : [`${percent(macRatio)} of the MACs`])];
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(1)} %`;
}

import type { RunConfig } from '../../config.ts';
import type { SourceFile } from '../../data/formats/files.ts';
import { type Branch, lineToBeat, type NamedFloor, type PreparedPixels } from '../../metrics.ts';
import { networkOf, systemOf } from '../../network/fromConfig.ts';
import { branchMacs } from '../../network/slim.ts';
import { curveOf, type DialCurve } from '../dial.ts';
import type { DataSource, EngineName } from '../protocol.ts';
import type { RunRecord } from '../record.ts';
import { runKey } from '../settingsKey.ts';

/** Result of a branch on the test set. */
export interface BranchResult {
  readonly branch: Branch;
  /** MACs of one image with hard gates, mean over the test set. They are theoretical, as in method §3. */
  readonly macs: number;
  /** 20-NN accuracy, 0–1; null without labels. */
  readonly knn20: number | null;
  /**
   * Accuracy of the closed-form ridge probe; null without labels, and in files of versions that did not
   * measure it.
   */
  readonly ridge: number | null;
  /**
   * The test images that 20-NN gets right (statistics/bitset.ts). Null in files of versions that did not
   * store them, and in files that do not tell how many test images there were.
   */
  readonly correct: string | null;
}

/** An ended run without its curves and weights, for comparison with other runs. */
export interface RunSummary {
  /** Computed from its settings and results, so that the same run always has the same id. */
  readonly id: string;
  /** ISO 8601; null if a run file does not tell. */
  readonly endedOn: string | null;
  readonly config: RunConfig;
  readonly engine: EngineName | null;
  readonly data: {
    /** Name of the data set. It includes the test set if that is known. */
    readonly name: string;
    /** `sourceKey` of the data source; null for a run file. */
    readonly source: string | null;
    /**
     * Fingerprint of the images (data/images/imagesFile.ts). Absent if it was not computed, as in files of
     * versions that did not store it.
     */
    readonly images?: string;
    readonly train: number;
    readonly test: number;
  };
  /** Number of steps taken. */
  readonly steps: number;
  readonly stoppedEarly: boolean;
  /** Whether t_d was changed during training, so that the run does not belong to one budget. */
  readonly budgetMoved: boolean;
  readonly denseMacs: number;
  /** In the system's own order, in which the dense branch is last. */
  readonly branches: readonly BranchResult[];
  /** 20-NN on raw pixels: the floor; null without labels. */
  readonly rawPixels: number | null;
  /** 20-NN on prepared pixels. Absent without labels, and in older files. */
  readonly pixels?: PreparedPixels;
  /** The best floor of 20-NN. Absent without labels, and in older files, which have raw pixels only. */
  readonly toBeat?: NamedFloor;
  /** The run at other budgets than its own. Absent if nobody measured it, and in older files. */
  readonly dial?: DialCurve;
  readonly imagesPerSecond: number;
  /** From start to end with all evaluations; null if the time is not known or the run was paused. */
  readonly seconds: number | null;
}

export interface EndedRun {
  readonly config: RunConfig;
  readonly record: RunRecord;
  /** null for a run file. */
  readonly source: DataSource | null;
  readonly seconds: number | null;
  readonly endedOn: string | null;
}

/** The summary of a run; null before its final evaluation. */
export function summaryOf({ config, record, source, seconds, endedOn }: EndedRun): RunSummary | null {
  const { ready, final, steps, budgets, stoppedEarly, dial } = record;
  if (ready === null || final === null) return null;
  const network = networkOf(config, ready.data.size);
  const { rawPixels, pixels } = final.knn20;
  const toBeat = lineToBeat(final.knn20);
  const branches = systemOf(config).branches.flatMap((branch): BranchResult[] => {
    const knn20 = final.knn20[branch] ?? null;
    if (knn20 === null && rawPixels !== null) return [];
    const macs = branch === 'gated' ? (final.macs.gated ?? Number.NaN) : branchMacs(network, branch);
    const correct = ready.data.test > 0 ? (final.correct[branch] ?? null) : null;
    return [{ branch, macs, knn20, ridge: final.ridge?.[branch] ?? null, correct }];
  });
  const made = steps.at(-1)?.step ?? 0;
  return {
    id: fingerprint(JSON.stringify([runKey(config), made, branches.map(({ correct: _, ...kept }) => kept)])),
    endedOn,
    config,
    engine: ready.engine?.name ?? null,
    data: {
      name: named(ready.data.name, source),
      source: source && sourceKey(source),
      ...(ready.data.fingerprint !== undefined && { images: ready.data.fingerprint }),
      train: ready.data.train,
      // A last evaluation that the user ended was on fewer images, and its standard error is theirs.
      test: Math.min(ready.data.test, final.sample?.test ?? ready.data.test),
    },
    steps: made,
    stoppedEarly,
    budgetMoved: budgets.some(({ budget }) => budget !== config.budget),
    denseMacs: network.denseMacs,
    branches,
    rawPixels,
    ...(pixels !== undefined && { pixels }),
    ...(toBeat !== null && { toBeat }),
    ...(dial?.step === made && { dial: curveOf(dial) }),
    imagesPerSecond: final.imagesPerSecond,
    seconds,
  };
}

/** Characters. A longer list of files is replaced by a fingerprint, because every kept run stores its key. */
const LONGEST_LIST = 500;

/** Equal for equal data and sampling. Files are compared by their names and sizes only. */
export function sourceKey(source: DataSource): string {
  if (source.kind === 'emoji10') return `emoji10 ${source.test}`;
  const { side, limits } = source;
  const whole = side === null && limits.train === null && limits.test === null;
  const part = whole
    ? ''
    : ` side ${side ?? 'own'}, at most ${limits.train ?? 'all'} and ${limits.test ?? 'all'}`;
  if (source.kind === 'hub') return `hub ${source.set}${part}`;
  if (source.kept) return source.kept.key;
  const list = (files: readonly SourceFile[]) => {
    const text = files.map(({ path, file }) => `${path}:${file.size}`).join(',');
    return text.length <= LONGEST_LIST ? text : `${files.length}:${fingerprint(text)}`;
  };
  const read = source.layout === undefined ? '' : `, folders read as ${source.layout}`;
  return `files ${list(source.train)} ${list(source.test)}${part}${read}`;
}

/** What the images of a run are known by. */
export type TrainedOn = Pick<RunSummary['data'], 'source' | 'images'>;

/**
 * Whether two runs can have had the same images. Names and sizes of files may be equal where images are not.
 */
export function mayShareImages(a: TrainedOn, b: TrainedOn): boolean {
  if (a.source !== b.source) return false;
  return a.images === undefined || b.images === undefined || a.images === b.images;
}

/** Emoji-10's test sets share one name, so the name of the test set is added. */
function named(name: string, source: DataSource | null): string {
  return source?.kind === 'emoji10' ? `${name}, ${source.test.replace('-', ' ')}` : name;
}

/** 64 bits: FNV-1a from both ends of the text. They are enough to distinguish the runs of one page. */
function fingerprint(text: string): string {
  const half = (codes: Iterable<string>) => {
    let hash = 0x811c9dc5;
    for (const code of codes) hash = Math.imul(hash ^ code.codePointAt(0)!, 0x01000193);
    return (hash >>> 0).toString(16).padStart(8, '0');
  };
  return half(text) + half([...text].toReversed());
}

import type { RunConfig } from '../config.ts';
import type { SourceFile } from '../data/formats/files.ts';
import type { Branch } from '../metrics.ts';
import { networkOf, systemOf } from '../network/fromConfig.ts';
import { branchMacs } from '../network/slim.ts';
import type { DataSource, EngineName } from './protocol.ts';
import type { RunRecord } from './record.ts';
import { runKey } from './settingsKey.ts';

/** What a branch came to on the test set. */
export interface BranchResult {
  readonly branch: Branch;
  /** Achieved MACs of one image: hard gates, mean over the test set; theoretical, as in method §3. */
  readonly macs: number;
  /** 20-NN accuracy, 0–1; null without labels. */
  readonly knn20: number | null;
  /** Accuracy of the closed-form ridge probe; null without labels, and in files from before it was measured. */
  readonly ridge: number | null;
  /**
   * Which test images 20-NN gets right (statistics/bitset.ts); null in files from before it was kept, and in those that
   * do not say how many test images there were.
   */
  readonly correct: string | null;
}

/** A run that ended, without its curves and weights: what can be set beside other runs. */
export interface RunSummary {
  /** Made of its settings and results: the same run, read again, has the same. */
  readonly id: string;
  /** ISO 8601; null where a run file does not say. */
  readonly endedOn: string | null;
  readonly config: RunConfig;
  readonly engine: EngineName | null;
  readonly data: {
    /** With the test set, where that is known. */
    readonly name: string;
    /** `sourceKey` of what it was read from; null for a run file. */
    readonly source: string | null;
    readonly train: number;
    readonly test: number;
  };
  /** Steps made. */
  readonly steps: number;
  readonly stoppedEarly: boolean;
  /** t_d was moved while it trained: no run of one budget. */
  readonly budgetMoved: boolean;
  readonly denseMacs: number;
  /** The dense one last, as in the system's own order. */
  readonly branches: readonly BranchResult[];
  /** 20-NN on raw pixels: the floor; null without labels. */
  readonly rawPixels: number | null;
  readonly imagesPerSecond: number;
  /** From start to end with all evaluations; null where nobody timed it, or it was paused. */
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

/** What is kept of a run; null before its final evaluation. */
export function summaryOf({ config, record, source, seconds, endedOn }: EndedRun): RunSummary | null {
  const { ready, final, steps, budgets, stoppedEarly } = record;
  if (ready === null || final === null) return null;
  const network = networkOf(config, ready.data.size);
  const { rawPixels } = final.knn20;
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
      train: ready.data.train,
      test: ready.data.test,
    },
    steps: made,
    stoppedEarly,
    budgetMoved: budgets.some(({ budget }) => budget !== config.budget),
    denseMacs: network.denseMacs,
    branches,
    rawPixels,
    imagesPerSecond: final.imagesPerSecond,
    seconds,
  };
}

/** Longer lists of files are told apart by a fingerprint: every run that is kept keeps its key, characters. */
const LONGEST_LIST = 500;

/** The same for data that are the same, as far as the names and sizes of files tell, and what is read of them. */
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
  return `files ${list(source.train)} ${list(source.test)}${part}`;
}

/** Emoji-10's test sets go by one name, but are not one. */
function named(name: string, source: DataSource | null): string {
  return source?.kind === 'emoji10' ? `${name}, ${source.test.replace('-', ' ')}` : name;
}

/** 64 bits of FNV-1a, once from each end: enough to tell the runs of one page apart. */
function fingerprint(text: string): string {
  const half = (codes: Iterable<string>) => {
    let hash = 0x811c9dc5;
    for (const code of codes) hash = Math.imul(hash ^ code.codePointAt(0)!, 0x01000193);
    return (hash >>> 0).toString(16).padStart(8, '0');
  };
  return half(text) + half([...text].toReversed());
}

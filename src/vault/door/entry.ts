import type { RunConfig } from '../../config.ts';
import type { PerBranch } from '../../metrics.ts';
import type { DataSource, EngineChoice, FilesSource, Ready } from '../../run/protocol.ts';

/** The user's files as far as they can be written down. */
export interface FilesSummary extends Pick<FilesSource, 'kind' | 'name' | 'side' | 'limits'> {
  /** How many there were, and what the first of them were called. */
  readonly count: number;
  readonly first: readonly string[];
  /** `sourceKey` of the files themselves. */
  readonly key: string;
}

/** What a run's images were read from. Everything but files can be read again from its description. */
export type SourceSummary = Exclude<DataSource, FilesSource> | FilesSummary;

/** A checkpoint on disk. */
export interface CheckpointEntry {
  /** Its name in the run's folder. */
  readonly file: string;
  readonly step: number;
  readonly bytes: number;
  /** The user asked for it: it is not replaced by newer ones. */
  readonly demanded: boolean;
  /** ISO 8601. */
  readonly writtenOn: string;
}

/** What a run file on disk is called, and its size. */
export interface RunFileEntry {
  readonly file: string;
  readonly bytes: number;
}

/** under way: it has not come to its end, whether anybody trains it now or not. */
export type KeptState = 'under way' | 'finished' | 'failed';

/** A run in the index of what is kept. */
export interface RunEntry {
  readonly id: string;
  /** As its user calls it; null: by its settings. */
  readonly name: string | null;
  readonly note: string;
  readonly config: RunConfig;
  readonly engine: EngineChoice;
  readonly source: SourceSummary;
  /** ISO 8601. */
  readonly startedOn: string;
  readonly state: KeptState;
  readonly stoppedEarly: boolean;
  /** Why it failed, in words. */
  readonly failure: string | null;
  /** Steps made, as far as they are kept. */
  readonly steps: number;
  /** null before its images were read. */
  readonly data: Pick<Ready['data'], 'name' | 'train' | 'test' | 'size'> | null;
  /** Which images they are; null where nobody counted them. */
  readonly fingerprint: string | null;
  /** Of the newest evaluation that is kept. */
  readonly knn20: PerBranch | null;
  readonly macRatio: number | null;
  /** Newest first. */
  readonly checkpoints: readonly CheckpointEntry[];
  /** Its curves, maps and weights, once it has ended. */
  readonly runFile: RunFileEntry | null;
}

/** What is known of a run when it starts. */
export type NewRun = Pick<RunEntry, 'id' | 'config' | 'engine' | 'source' | 'startedOn'> &
  Partial<Pick<RunEntry, 'note'>>;

export function newEntry(run: NewRun): RunEntry {
  return {
    note: '',
    ...run,
    ...{ name: null, state: 'under way', stoppedEarly: false, failure: null, steps: 0 },
    ...{ data: null, fingerprint: null, knn20: null, macRatio: null },
    ...{ checkpoints: [], runFile: null },
  };
}

/** Bytes that a run takes on disk, without its images. */
export function bytesOf({ checkpoints, runFile }: Pick<RunEntry, 'checkpoints' | 'runFile'>): number {
  return checkpoints.reduce((sum, { bytes }) => sum + bytes, runFile?.bytes ?? 0);
}

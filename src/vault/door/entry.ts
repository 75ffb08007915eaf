import type { RunConfig } from '../../config.ts';
import type { PerBranch } from '../../metrics.ts';
import type { DataSource, EngineChoice, FilesSource, Ready } from '../../run/protocol.ts';

/** A description of the user's files that can be stored. */
export interface FilesSummary
  extends Pick<FilesSource, 'kind' | 'name' | 'side' | 'limits' | 'layout' | 'useTheRest'> {
  /** How many files there were, and the names of the first ones. */
  readonly count: number;
  readonly first: readonly string[];
  /** `sourceKey` of the files themselves. */
  readonly key: string;
}

/** The source of a run's images. All sources except files can be read again from this description. */
export type SourceSummary = Exclude<DataSource, FilesSource> | FilesSummary;

/** A checkpoint on disk. */
export interface CheckpointEntry {
  /** Its name in the run's folder. */
  readonly file: string;
  readonly step: number;
  readonly bytes: number;
  /** Whether the user asked for it. Newer checkpoints do not replace it then. */
  readonly demanded: boolean;
  /** ISO 8601. */
  readonly writtenOn: string;
}

/** Name and size of a run file on disk. */
export interface RunFileEntry {
  readonly file: string;
  readonly bytes: number;
}

/** A run is under way until it reaches its end, even if no tab trains it now. */
export type KeptState = 'under way' | 'finished' | 'failed';

/** A run in the index of kept runs. */
export interface RunEntry {
  readonly id: string;
  /** The name that its user gave; null if its settings are its name. */
  readonly name: string | null;
  readonly note: string;
  readonly config: RunConfig;
  readonly engine: EngineChoice;
  readonly source: SourceSummary;
  /** ISO 8601. */
  readonly startedOn: string;
  readonly state: KeptState;
  readonly stoppedEarly: boolean;
  /** Why it failed, in words; null if it did not. */
  readonly failure: string | null;
  /** Number of steps in the kept record. */
  readonly steps: number;
  /** null until its images have been read. */
  readonly data: Pick<Ready['data'], 'name' | 'train' | 'test' | 'size'> | null;
  /** Fingerprint of its images; null if it was not computed. */
  readonly fingerprint: string | null;
  /** From the newest evaluation that is kept. */
  readonly knn20: PerBranch | null;
  readonly macRatio: number | null;
  /** Newest first. */
  readonly checkpoints: readonly CheckpointEntry[];
  /** The file with its curves, maps and weights; null until it has ended. */
  readonly runFile: RunFileEntry | null;
}

/** What is known of a run at its start. */
export type NewRun = Pick<RunEntry, 'id' | 'config' | 'engine' | 'source' | 'startedOn'> &
  Partial<Pick<RunEntry, 'name' | 'note'>>;

export function newEntry(run: NewRun): RunEntry {
  return {
    ...{ name: null, note: '' },
    ...run,
    ...{ state: 'under way', stoppedEarly: false, failure: null, steps: 0 },
    ...{ data: null, fingerprint: null, knn20: null, macRatio: null },
    ...{ checkpoints: [], runFile: null },
  };
}

/** Bytes that a run takes on disk, without its images. */
export function bytesOf({ checkpoints, runFile }: Pick<RunEntry, 'checkpoints' | 'runFile'>): number {
  return checkpoints.reduce((sum, { bytes }) => sum + bytes, runFile?.bytes ?? 0);
}

import type { RunConfig } from '../../config.ts';
import type { Space } from '../../platform/privateFiles.ts';
import type { Checkpoint } from '../../run/checkpoint/checkpoint.ts';
import type { TensorPart } from '../../run/checkpoint/checkpointParts.ts';
import type { RunFile } from '../../run/files/runFile.ts';
import type { CheckpointEvent, EngineChoice, RecoveryEvent, SessionEvent } from '../../run/protocol.ts';
import type { NewRun, RunEntry, SourceSummary } from './entry.ts';

/** Everything that is needed to continue a run. */
export interface ResumableRun {
  readonly id: string;
  readonly config: RunConfig;
  readonly engine: EngineChoice;
  readonly source: SourceSummary;
  /** Fingerprint of the images that it was trained on; null if it was not computed. */
  readonly fingerprint: string | null;
  /** Whether a copy of its images is kept. */
  readonly imagesKept: boolean;
  /** The run as it was at the checkpoint. */
  readonly file: RunFile;
  readonly checkpoint: Checkpoint;
  /** Newer checkpoints that could not be read, and the reasons. */
  readonly warnings: readonly string[];
}

/** Page → vault. */
export type VaultCommand =
  /** Reads the index and removes leftovers. The page repeats it to see what other tabs have changed. */
  | { readonly kind: 'open' }
  | { readonly kind: 'begin'; readonly run: NewRun }
  /** An event of the run that this tab trains. */
  | { readonly kind: 'event'; readonly event: SessionEvent | RecoveryEvent }
  /** Tensors of the next checkpoint. */
  | { readonly kind: 'tensors'; readonly tensors: readonly TensorPart[] }
  /** A checkpoint, whose tensors came before it. */
  | CheckpointEvent
  /** The run is no longer on the page. */
  | { readonly kind: 'leave'; readonly run: string }
  | { readonly kind: 'describe'; readonly id: string; readonly change: Partial<Description> }
  | { readonly kind: 'delete'; readonly id: string }
  | { readonly kind: 'deleteCheckpoints'; readonly id: string }
  | { readonly kind: 'load'; readonly ticket: number; readonly id: string }
  /** Asks for the run as a file to be saved. */
  | { readonly kind: 'file'; readonly ticket: number; readonly id: string }
  | { readonly kind: 'resume'; readonly ticket: number; readonly id: string }
  | { readonly kind: 'fork'; readonly ticket: number; readonly id: string; readonly step: number };

/** What the user writes about a run. */
export type Description = Pick<RunEntry, 'name' | 'note'>;

/** Vault → page. */
export type VaultEvent =
  | {
      readonly kind: 'opened';
      readonly entries: readonly RunEntry[];
      /** Runs that another tab is training. */
      readonly elsewhere: readonly string[];
      readonly space: Space | null;
    }
  /** Nothing can be kept in this browser. Training works without it. */
  | { readonly kind: 'unavailable'; readonly reason: string }
  /** An entry is new or has changed. */
  | { readonly kind: 'entry'; readonly entry: RunEntry; readonly space: Space | null }
  | { readonly kind: 'gone'; readonly id: string; readonly space: Space | null }
  /** The tensors have arrived, and more can be sent. */
  | { readonly kind: 'more' }
  /** The last checkpoint has been handled, and another can be sent. */
  | { readonly kind: 'free' }
  /**
   * Something failed.
   * @property run the run whose events could not be kept, if that is what failed
   * @property full whether the browser gives no more room
   */
  | {
      readonly kind: 'complaint';
      readonly message: string;
      readonly run: string | null;
      readonly full: boolean;
    }
  | { readonly kind: 'loaded'; readonly ticket: number; readonly file: RunFile }
  | { readonly kind: 'written'; readonly ticket: number; readonly file: Blob }
  | { readonly kind: 'resumable'; readonly ticket: number; readonly run: ResumableRun }
  /** The request with this ticket cannot be fulfilled. */
  | { readonly kind: 'refused'; readonly ticket: number; readonly message: string };

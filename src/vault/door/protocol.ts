import type { RunConfig } from '../../config.ts';
import type { Checkpoint } from '../../run/checkpoint.ts';
import type { TensorPart } from '../../run/checkpointParts.ts';
import type { CheckpointEvent, EngineChoice, RecoveryEvent, SessionEvent } from '../../run/protocol.ts';
import type { RunFile } from '../../run/runFile.ts';
import type { NewRun, RunEntry, SourceSummary } from './entry.ts';

/** All that it takes to go on with a run. */
export interface ResumableRun {
  readonly id: string;
  readonly config: RunConfig;
  readonly engine: EngineChoice;
  readonly source: SourceSummary;
  /** Which images it was trained on; null where nobody counted them. */
  readonly fingerprint: string | null;
  /** A copy of its images is kept. */
  readonly imagesKept: boolean;
  /** The run as it stood. */
  readonly file: RunFile;
  readonly checkpoint: Checkpoint;
  /** Newer checkpoints that could not be read, and why. */
  readonly warnings: readonly string[];
}

/** Page → vault. */
export type VaultCommand =
  /** Reads the index and clears up. Again whenever the page wants to see what other tabs did. */
  | { readonly kind: 'open' }
  | { readonly kind: 'begin'; readonly run: NewRun }
  /** What the run under way said. */
  | { readonly kind: 'event'; readonly event: SessionEvent | RecoveryEvent }
  /** Tensors of the checkpoint that comes next. */
  | { readonly kind: 'tensors'; readonly tensors: readonly TensorPart[] }
  /** With the tensors that came before it. */
  | CheckpointEvent
  /** The run is not on the page any more. */
  | { readonly kind: 'leave'; readonly run: string }
  | { readonly kind: 'describe'; readonly id: string; readonly change: Partial<Description> }
  | { readonly kind: 'delete'; readonly id: string }
  | { readonly kind: 'deleteCheckpoints'; readonly id: string }
  | { readonly kind: 'load'; readonly ticket: number; readonly id: string }
  /** The run as a file to be saved. */
  | { readonly kind: 'file'; readonly ticket: number; readonly id: string }
  | { readonly kind: 'resume'; readonly ticket: number; readonly id: string }
  | { readonly kind: 'fork'; readonly ticket: number; readonly id: string; readonly step: number };

/** What the user adds to an entry. */
export type Description = Pick<RunEntry, 'name' | 'note'>;

/** Bytes that the site uses and may use, as the browser estimates. */
export interface Space {
  readonly used: number;
  readonly quota: number;
}

/** Vault → page. */
export type VaultEvent =
  | {
      readonly kind: 'opened';
      readonly entries: readonly RunEntry[];
      /** Runs that another tab trains. */
      readonly elsewhere: readonly string[];
      readonly space: Space | null;
    }
  /** Nothing can be kept here; training does not need it. */
  | { readonly kind: 'unavailable'; readonly reason: string }
  /** New, or changed. */
  | { readonly kind: 'entry'; readonly entry: RunEntry; readonly space: Space | null }
  | { readonly kind: 'gone'; readonly id: string; readonly space: Space | null }
  /** Tensors came: there is room for more. */
  | { readonly kind: 'more' }
  /** The checkpoint that came last was dealt with: there is room for another. */
  | { readonly kind: 'free' }
  /** @property run whose words could not be kept, where it was those */
  | { readonly kind: 'complaint'; readonly message: string; readonly run: string | null }
  | { readonly kind: 'loaded'; readonly ticket: number; readonly file: RunFile }
  | { readonly kind: 'written'; readonly ticket: number; readonly file: Blob }
  | { readonly kind: 'resumable'; readonly ticket: number; readonly run: ResumableRun }
  /** What was asked for under the ticket cannot be had. */
  | { readonly kind: 'refused'; readonly ticket: number; readonly message: string };

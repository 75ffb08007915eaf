import type { RunConfig } from '../../config.ts';
import type { WeightsFile } from '../../network/weights.ts';
import type { BundleRun } from '../../pytorch/bundle.ts';
import type { Checkpoint } from '../../run/checkpoint.ts';
import type { TensorPart } from '../../run/checkpointParts.ts';
import type { RunRecord } from '../../run/record.ts';
import type { ContinuableRun } from '../../run/runCheckpoint.ts';
import type { RunFile } from '../../run/runFile.ts';

/** What training goes on from: a checkpoint as the page has it, or as it stood in the file that a run was read from. */
export type Further = ContinuableRun | Pick<RunFile, 'config' | 'source' | 'checkpoint'>;

/** A run that goes into a file. */
export interface RunOut {
  readonly config: RunConfig;
  readonly record: RunRecord;
  readonly further: Further | null;
  /** Whether as gzip. */
  readonly packed: boolean;
}

/** What can be asked of files, each with what it needs and what comes back. */
export interface Exchanges {
  /** A run file, plain or gzip. */
  readRun: { readonly ask: { readonly file: File }; readonly answer: RunFile };
  /** Weights as JSON or safetensors. */
  readWeights: { readonly ask: { readonly file: File }; readonly answer: WeightsFile };
  /** The checkpoint in a run file that was read; null where it has none. */
  checkpoint: { readonly ask: Pick<RunFile, 'config' | 'checkpoint'>; readonly answer: Checkpoint | null };
  writeRun: { readonly ask: RunOut; readonly answer: Blob };
  writeWeights: {
    readonly ask: { readonly weights: WeightsFile; readonly format: 'json' | 'safetensors' };
    readonly answer: Blob;
  };
  /** A zip for PyTorch; without a run, the network alone. */
  writePytorch: {
    readonly ask: {
      readonly weights: WeightsFile;
      readonly run: Omit<BundleRun, 'memory'> | null;
      readonly further: Further | null;
    };
    readonly answer: Blob;
  };
}

export type ExchangeKind = keyof Exchanges;

/** One thing to do; a worker does no more than one. */
export type Order = {
  [K in ExchangeKind]: { readonly kind: K; readonly ask: Exchanges[K]['ask'] };
}[ExchangeKind];

/** What the worker hears: the tensors of the checkpoint that the order speaks of come before it. */
export type ToWorker = { readonly kind: 'tensors'; readonly tensors: readonly TensorPart[] } | Order;

/** What the worker says, once. */
export type FromWorker =
  | { readonly kind: 'done'; readonly answer: Exchanges[ExchangeKind]['answer'] }
  | { readonly kind: 'refused'; readonly message: string };

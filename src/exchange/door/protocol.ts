import type { RunConfig } from '../../config.ts';
import type { WeightsFile } from '../../network/weights.ts';
import type { BundleRun } from '../../pytorch/bundle.ts';
import type { Checkpoint } from '../../run/checkpoint/checkpoint.ts';
import type { TensorPart } from '../../run/checkpoint/checkpointParts.ts';
import type { ContinuableRun } from '../../run/checkpoint/runCheckpoint.ts';
import type { RunFile } from '../../run/files/runFile.ts';
import type { TrainedWeights } from '../../run/files/weightsText.ts';
import type { RunRecord } from '../../run/record.ts';

/** What training can continue from: a checkpoint of the page, or one as it was in the file of the run. */
export type Further = ContinuableRun | Pick<RunFile, 'config' | 'source' | 'checkpoint'>;

/** A run that is written to a file. */
export interface RunOut {
  readonly config: RunConfig;
  readonly record: RunRecord;
  /** What links know the run by, if it has such a name. */
  readonly id?: string;
  readonly further: Further | null;
  /** Whether the file is compressed by gzip. */
  readonly packed: boolean;
}

/** The orders on files. Each has what it needs (`ask`) and its result (`answer`). */
export interface Exchanges {
  /** A run file, plain or gzip. */
  readRun: { readonly ask: { readonly file: File }; readonly answer: RunFile };
  /** Weights as JSON or safetensors. */
  readWeights: {
    readonly ask: { readonly file: File };
    readonly answer: Pick<TrainedWeights, 'weights' | 'notice'>;
  };
  /** The checkpoint of a run file that has been read; null if it has none. */
  checkpoint: { readonly ask: Pick<RunFile, 'config' | 'checkpoint'>; readonly answer: Checkpoint | null };
  writeRun: { readonly ask: RunOut; readonly answer: Blob };
  writeWeights: {
    readonly ask: { readonly weights: WeightsFile; readonly format: 'json' | 'safetensors' };
    readonly answer: Blob;
  };
  /** A zip for PyTorch. Without a run, it holds only the network. */
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

/** One order. A worker carries out only one. */
export type Order = {
  [K in ExchangeKind]: { readonly kind: K; readonly ask: Exchanges[K]['ask'] };
}[ExchangeKind];

/** Messages to the worker. The tensors of the order's checkpoint come before the order. */
export type ToWorker = { readonly kind: 'tensors'; readonly tensors: readonly TensorPart[] } | Order;

/** The only message from the worker. */
export type FromWorker =
  | { readonly kind: 'done'; readonly answer: Exchanges[ExchangeKind]['answer'] }
  | { readonly kind: 'refused'; readonly message: string };

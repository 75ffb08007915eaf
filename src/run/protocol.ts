import type { RunConfig } from '../config.ts';
import type { Sampling, SourceFile } from '../data/formats/files.ts';
import type { HubSetId } from '../data/hub/catalogue.ts';
import type { RecipeId } from '../data/images/recipe.ts';
import type { Branch, EpochRow, FinalRow, Floors, GradientRow, StepRow } from '../metrics.ts';
import type { Block } from '../network/layers.ts';
import type { WeightsFile } from '../network/weights.ts';
import type { Checkpoint } from './checkpoint.ts';

/** Files as the user handed them over, in whatever format data/ reads. */
export interface FilesSource extends Sampling {
  readonly kind: 'files';
  /** Of the folder that they came in; without it, the data set is called after its files. */
  readonly name?: string;
  readonly train: readonly SourceFile[];
  readonly test: readonly SourceFile[];
  /** Their images are read from the browser's own copy instead: the files are not at hand any more. */
  readonly kept?: {
    /** Of the images (data/images/imagesFile.ts). */
    readonly fingerprint: string;
    /** `sourceKey` of the files. */
    readonly key: string;
  };
}

/** A data set of Hugging Face that the user had downloaded. */
export interface HubSource extends Sampling {
  readonly kind: 'hub';
  readonly set: HubSetId;
  /** It lies in this browser, and runs send no request. False where the browser keeps nothing: each run downloads it. */
  readonly kept: boolean;
}

/** Where a run's images come from. */
export type DataSource =
  | { readonly kind: 'emoji10'; readonly test: 'unseen-style' | 'same-styles' }
  | FilesSource
  | HubSource;

export type EngineName = 'wasm' | 'cpu' | 'webgpu';
export type EngineChoice = 'auto' | EngineName;

/** Page → session. */
export type Command =
  | {
      readonly kind: 'start';
      readonly run: string;
      readonly config: RunConfig;
      readonly source: DataSource;
      readonly engine: EngineChoice;
      /** What `auto` came to on a software adapter in an earlier session. */
      readonly decided?: EngineDecision;
      /** Stop before the first step, to be stepped by hand. */
      readonly paused: boolean;
      /** Go on from here rather than from the seed's first weights. */
      readonly from?: Checkpoint;
      /** Trained weights to begin with rather than the seed's, checked; momenta are 0. */
      readonly initial?: WeightsFile;
    }
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  /** One step, then pause again. */
  | { readonly kind: 'step' }
  | { readonly kind: 'setBudget'; readonly budget: number }
  /** End the run early: it is evaluated as at its end. */
  | { readonly kind: 'stop' }
  | { readonly kind: 'exportWeights' }
  /** A checkpoint of right now. @property demanded it stays when newer ones come */
  | { readonly kind: 'keep'; readonly demanded: boolean };

/**
 * loading → compiling → evaluating (floors) → training ⇄ pausing/paused/evaluating → finished; failed from anywhere;
 * interrupted, from where an engine computes, when the engine was lost and another session can go on.
 */
export type SessionState =
  | 'idle'
  | 'loading'
  | 'compiling'
  | 'training'
  | 'pausing'
  | 'paused'
  | 'evaluating'
  | 'interrupted'
  | 'finished'
  | 'failed';

/** Which engine to take. */
export interface EngineDecision {
  readonly name: EngineName;
  /** Why this one, in a sentence. */
  readonly reason: string;
}

export interface EngineInfo {
  readonly name: EngineName;
  /** Why this engine, in a sentence. */
  readonly reason: string;
  /** Adapter, SIMD, threads … as label → value. */
  readonly details: Readonly<Record<string, string>>;
  /** Largest relative error of the self-test's loss and gradients, and what it took. */
  readonly selfTest: { readonly worstError: number; readonly ms: number };
}

/** Known once data, network and engine stand. */
export interface Ready {
  readonly config: RunConfig;
  /** null where a run file does not name its engine; a session always does. */
  readonly engine: EngineInfo | null;
  readonly data: {
    readonly name: string;
    readonly train: number;
    readonly test: number;
    /** Labelled images that k-NN and probes learn from, where they are not the training images. */
    readonly bank: number | null;
    readonly size: number;
    /** Of the test images; none where nobody labelled them. */
    readonly classes: readonly string[];
    /** How the images are treated. */
    readonly recipe: RecipeId;
    readonly stepsPerEpoch: number;
    /** Which images they are (data/images/imagesFile.ts), where that was counted. */
    readonly fingerprint?: string;
  };
  readonly network: {
    readonly stemMacs: number;
    readonly blocks: readonly Block[];
    readonly denseMacs: number;
    readonly smallestRatio: number;
    readonly features: number;
  };
  /** The test images that the maps show, with their labels: u8 [count, size, size, 3]. */
  readonly mapImages: { readonly count: number; readonly pixels: Uint8Array; readonly labels: Uint8Array };
}

export type FailureReason = 'data' | 'config' | 'engine' | 'diverged' | 'internal';

/** What happened, without the run it belongs to. */
export type SessionNews =
  | { readonly kind: 'state'; readonly state: SessionState }
  /** Something over a second is under way: `done` of `total` `unit`; total 0 when unknown. */
  | {
      readonly kind: 'progress';
      readonly task: string;
      readonly done: number;
      readonly total: number;
      readonly unit: string;
    }
  | { readonly kind: 'ready'; readonly ready: Ready }
  | { readonly kind: 'floors'; readonly floors: Floors }
  | { readonly kind: 'steps'; readonly rows: readonly StepRow[] }
  | { readonly kind: 'epoch'; readonly row: EpochRow }
  | { readonly kind: 'gradients'; readonly row: GradientRow }
  /** t_d was set to `budget` after `step` steps. */
  | { readonly kind: 'budget'; readonly step: number; readonly budget: number }
  /**
   * Eval-mode features of the map images, for the map worker: per branch f32 [count, F]. And their hard gates, for
   * the page: per block u8 [count, C], 1 = open; none without a gated branch.
   */
  | {
      readonly kind: 'features';
      readonly epoch: number;
      readonly step: number;
      readonly count: number;
      readonly features: Readonly<Partial<Record<Branch, Float32Array>>>;
      readonly gates: readonly Uint8Array[];
    }
  /** A layout of the map images. f32 [count, 2]. */
  | {
      readonly kind: 'map';
      readonly epoch: number;
      readonly step: number;
      readonly projection: 'pca' | 'umap';
      /** n_neighbors of a UMAP; null for a PCA, and where nobody wrote it down. */
      readonly neighbours: number | null;
      readonly branch: Branch;
      readonly xy: Float32Array;
    }
  | { readonly kind: 'weights'; readonly weights: WeightsFile }
  | { readonly kind: 'finished'; readonly final: FinalRow; readonly stoppedEarly: boolean }
  | {
      readonly kind: 'failed';
      readonly reason: FailureReason;
      readonly message: string;
      /** What the user can do about it. */
      readonly advice: string;
    };

/** Session → page. Every event carries the run it belongs to. */
export type SessionEvent = SessionNews & { readonly run: string };

/** Goes to whoever outlives the session and can start another one from it. */
export interface CheckpointEvent {
  readonly kind: 'checkpoint';
  readonly run: string;
  readonly checkpoint: Checkpoint;
  /** The user asked for it. */
  readonly demanded?: boolean;
}

type RecoveryNews =
  /** The engine was lost after `step` steps: this session ends, and what it told since its checkpoint may be wrong. */
  | { readonly kind: 'interrupted'; readonly step: number; readonly reason: string }
  /** The run stands where it stood after `step` steps, with this t_d: what was told of later ones is taken back. */
  | { readonly kind: 'rewound'; readonly step: number; readonly budget: number };

/** How a run comes through the loss of its engine. */
export type RecoveryEvent = RecoveryNews & { readonly run: string };

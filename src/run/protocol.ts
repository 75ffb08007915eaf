import type { RunConfig } from '../config.ts';
import type { LayoutChoice, Sampling, SourceFile } from '../data/formats/files.ts';
import type { HubSetId } from '../data/hub/catalogue.ts';
import type { RecipeId } from '../data/images/recipe.ts';
import type {
  Branch,
  EpochRow,
  FinalRow,
  Floors,
  GradientRow,
  MemoryUse,
  StepRow,
  UsageRow,
} from '../metrics.ts';
import type { Block } from '../network/layers.ts';
import type { WeightsFile } from '../network/weights.ts';
import type { Checkpoint } from './checkpoint/checkpoint.ts';
import type { Dial } from './dial.ts';

/** Files that the user chose, in any format that data/ reads. */
export interface FilesSource extends Sampling {
  readonly kind: 'files';
  /** Name of the folder that they came in. Without it, the data set is named after its files. */
  readonly name?: string;
  readonly train: readonly SourceFile[];
  readonly test: readonly SourceFile[];
  /** How folders of pictures are read, if the user was asked. Without it, their names tell it. */
  readonly layout?: LayoutChoice;
  /** Whether what can be read is used, however much is left out. */
  readonly useTheRest?: boolean;
  /** The images are read from the browser's own copy instead, because the files are no longer available. */
  readonly kept?: {
    /** Fingerprint of the images (data/images/imagesFile.ts). */
    readonly fingerprint: string;
    /** `sourceKey` of the files. */
    readonly key: string;
  };
}

/** A data set of Hugging Face that the user has downloaded. */
export interface HubSource extends Sampling {
  readonly kind: 'hub';
  readonly set: HubSetId;
  /**
   * Whether it lies in this browser, so that runs send no request. If the browser keeps nothing, each run
   * downloads it.
   */
  readonly kept: boolean;
}

/** Where a run's images come from. */
export type DataSource =
  | { readonly kind: 'emoji10'; readonly test: 'unseen-style' | 'same-styles' }
  | FilesSource
  | HubSource;

export type EngineName = 'wasm' | 'cpu' | 'webgpu';
export type EngineChoice = 'auto' | EngineName;

/**
 * How fast a session trains. A gentle one rests after each step for as long as the step took, so that the
 * machine stays usable. The pace does not change what is learned.
 */
export type Pace = 'full' | 'gentle';

/** Page → session. */
export type Command =
  | {
      readonly kind: 'start';
      readonly run: string;
      readonly config: RunConfig;
      readonly source: DataSource;
      readonly engine: EngineChoice;
      /** The earlier result of `auto` on a software adapter. */
      readonly decided?: EngineDecision;
      /** Which GPU is wanted where the computer has two; the fast one if missing. No part of the run. */
      readonly power?: GPUPowerPreference;
      /** Threads of the WASM engine; as many as fit the computer if missing. No part of the run. */
      readonly threads?: number;
      /** Whether to stop before the first step, so that the user can take single steps. */
      readonly paused: boolean;
      /** The checkpoint to continue from, instead of the seed's first weights. */
      readonly from?: Checkpoint;
      /** Trained weights to begin with, instead of the seed's. They have been checked; momenta are 0. */
      readonly initial?: WeightsFile;
    }
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  /** Takes one step, and pauses again. */
  | { readonly kind: 'step' }
  | { readonly kind: 'setBudget'; readonly budget: number }
  /** Sets the speed. A session begins at full speed. */
  | { readonly kind: 'setPace'; readonly pace: Pace }
  /** Ends the run early. It is evaluated as at its normal end. */
  | { readonly kind: 'stop' }
  | { readonly kind: 'exportWeights' }
  /** Asks for a checkpoint now. @property demanded whether it stays when newer ones come */
  | { readonly kind: 'keep'; readonly demanded: boolean };

/**
 * loading → compiling → evaluating (floors) → training ⇄ pausing/paused/evaluating → finished. Every state
 * can lead to failed. States in which an engine computes can lead to interrupted: the engine was lost, and
 * another session can continue.
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

/** The choice of an engine. */
export interface EngineDecision {
  readonly name: EngineName;
  /** The reason for this engine, in a sentence. */
  readonly reason: string;
}

export interface EngineInfo {
  readonly name: EngineName;
  /** The reason for this engine, in a sentence. */
  readonly reason: string;
  /** Adapter, SIMD, threads and so on, as label → value. */
  readonly details: Readonly<Record<string, string>>;
  /**
   * Of the WASM engine: whether a multiply and add rounds once, and its threads. The last bits of results
   * depend on the first, never on the second. Runs from before do not tell.
   */
  readonly kernels?: { readonly fused: boolean; readonly threads: number };
  /** Largest relative error of the self-test's loss and gradients, and the time it took. */
  readonly selfTest: { readonly worstError: number; readonly ms: number };
}

/** What is known of a run once its data, network and engine are ready. */
export interface Ready {
  readonly config: RunConfig;
  /** null if a run file does not name its engine. A session always does. */
  readonly engine: EngineInfo | null;
  readonly data: {
    readonly name: string;
    readonly train: number;
    readonly test: number;
    /**
     * Number of labelled images that k-NN and probes learn from; null if they learn from the training images.
     */
    readonly bank: number | null;
    readonly size: number;
    /** Classes of the test images; empty if the images have no labels. */
    readonly classes: readonly string[];
    /** The recipe of the images. */
    readonly recipe: RecipeId;
    readonly stepsPerEpoch: number;
    /** Images of the parts that the first epoch takes one after another. Without it, it has no parts. */
    readonly part?: number;
    /** Fingerprint of the images (data/images/imagesFile.ts), if it was computed. */
    readonly fingerprint?: string;
    /** Whole sentences on what was left out. Run files leave them out. */
    readonly notices?: readonly string[];
  };
  readonly network: {
    readonly stemMacs: number;
    readonly blocks: readonly Block[];
    readonly denseMacs: number;
    readonly smallestRatio: number;
    readonly features: number;
  };
  /**
   * The test images that the maps show, with their labels: u8 [count, size, size, 3]. None if the test images
   * are still on their way.
   */
  readonly mapImages: { readonly count: number; readonly pixels: Uint8Array; readonly labels: Uint8Array };
}

export type FailureReason = 'data' | 'config' | 'engine' | 'diverged' | 'internal';

/** An event, without the run that it belongs to. */
export type SessionNews =
  | { readonly kind: 'state'; readonly state: SessionState }
  /** Progress of work that takes over a second: `done` of `total` `unit`. A total of 0 is unknown. */
  | {
      readonly kind: 'progress';
      readonly task: string;
      readonly done: number;
      readonly total: number;
      readonly unit: string;
    }
  /** What the user should know of how this run goes, in sentences. It goes on. */
  | { readonly kind: 'notice'; readonly message: string }
  | { readonly kind: 'ready'; readonly ready: Ready }
  /** How many images are there, of a run that trains while they come. */
  | {
      readonly kind: 'images';
      /** Training and test images that have come, and all of them. */
      readonly received: number;
      readonly total: number;
      /** Whether the run waits for them. */
      readonly waits: boolean;
      /** Why they do not come, so that the run pauses; null if they come. */
      readonly fault: string | null;
    }
  /** The map images have come. `ready` was told without them. */
  | { readonly kind: 'mapImages'; readonly mapImages: Ready['mapImages'] }
  | { readonly kind: 'floors'; readonly floors: Floors }
  | { readonly kind: 'steps'; readonly rows: readonly StepRow[] }
  /** A step whose loss was not finite. It was not applied, and the run has failed. */
  | { readonly kind: 'diverged'; readonly row: StepRow }
  | { readonly kind: 'epoch'; readonly row: EpochRow }
  | { readonly kind: 'gradients'; readonly row: GradientRow }
  /** The newest look at the gates between evaluations. Only the newest counts. */
  | { readonly kind: 'usage'; readonly row: UsageRow }
  /** What the engine holds in memory, every few seconds while it trains. Only the newest counts. */
  | { readonly kind: 'memory'; readonly use: MemoryUse }
  /** t_d was set to `budget` after `step` steps. */
  | { readonly kind: 'budget'; readonly step: number; readonly budget: number }
  /** What makes the accuracies and maps after `step` steps say less than they seem to, one sentence each. */
  | { readonly kind: 'cautions'; readonly step: number; readonly cautions: readonly string[] }
  /**
   * Eval-mode features of the map images, for the map worker: per branch f32 [count, F]. With them come the
   * hard gates, for the page: per block u8 [count, C], 1 = open. There are none without a gated branch.
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
      /** n_neighbors of a UMAP; null for a PCA, and if it was not recorded. */
      readonly neighbours: number | null;
      readonly branch: Branch;
      readonly xy: Float32Array;
      /** True if the user wants this PCA instead of a UMAP. */
      readonly instead?: boolean;
    }
  /**
   * The map images that are nearest to each by the features of a branch (evaluate/maps/nearestOthers.ts), the
   * nearest first: per branch u16 [count, k].
   */
  | {
      readonly kind: 'nearest';
      readonly epoch: number;
      readonly step: number;
      readonly count: number;
      readonly branches: Readonly<Partial<Record<Branch, Uint16Array>>>;
    }
  | { readonly kind: 'weights'; readonly weights: WeightsFile }
  /** The network at other budgets than its own, measured after the run's newest step. */
  | { readonly kind: 'dial'; readonly dial: Dial }
  | { readonly kind: 'finished'; readonly final: FinalRow; readonly stoppedEarly: boolean }
  | {
      readonly kind: 'failed';
      readonly reason: FailureReason;
      readonly message: string;
      /** What the user can do about it. */
      readonly advice: string;
      /** Whether the run could start with the images that can be read, if the user said so. */
      readonly canUseRest?: boolean;
    };

/** Session → page. Every event carries the run it belongs to. */
export type SessionEvent = SessionNews & { readonly run: string };

/** Goes to a receiver that outlives the session and can start another session from it. */
export interface CheckpointEvent {
  readonly kind: 'checkpoint';
  readonly run: string;
  readonly checkpoint: Checkpoint;
  /** Whether the user asked for it. */
  readonly demanded?: boolean;
}

type RecoveryNews =
  /**
   * The engine was lost after `step` steps. This session ends, and its events since the checkpoint may be
   * wrong.
   */
  | { readonly kind: 'interrupted'; readonly step: number; readonly reason: string }
  /** The run is back at `step` steps, with this t_d. Events of later steps are no longer valid. */
  | { readonly kind: 'rewound'; readonly step: number; readonly budget: number };

/** Events of a run whose engine is lost and replaced. */
export type RecoveryEvent = RecoveryNews & { readonly run: string };

import type { Images } from './data/images/dataset.ts';
import type { Normalisation } from './data/images/recipe.ts';
import type { ViewParameters } from './data/images/views.ts';
import type { Branch, GradientNorms, MemoryUse, TermsByPass } from './metrics.ts';
import type { Network } from './network/layers.ts';
import type { NamedTensors } from './network/parameters.ts';
import type { System } from './network/systems.ts';

/** SGD with momentum, wrapped by LARS or not (method §5). */
export interface OptimizerSettings {
  readonly momentum: number;
  /** L2 penalty of tensors with more than one axis; never of gates. */
  readonly weightDecay: number;
  /** null: plain SGD. */
  readonly lars: LarsSettings | null;
}

export interface LarsSettings {
  /** η, trust coefficient. */
  readonly eta: number;
  /** Whether the scale is at most 1, so that no step is longer than one of plain SGD. */
  readonly clip: boolean;
  /** Whether tensors with one axis (biases, BatchNorms) take plain steps without weight decay. */
  readonly exclude1d: boolean;
}

/**
 * Weights of the loss's terms. They are constant over a run; t_d is not among them, because the user can drag
 * it.
 */
export interface ObjectiveSettings {
  readonly invarianceWeight: number;
  readonly varianceWeight: number;
  readonly covarianceWeight: number;
  readonly budgetWeight: number;
  readonly boundWeight: number;
  /** τ of the gates. */
  readonly temperature: number;
  /** How the budget terms of several gated passes join: summed (Krishna et al. 2022) or averaged. */
  readonly gatedLoss: 'sum' | 'mean';
  /** τ of the contrastive softmax. */
  readonly contrastTemperature: number;
}

/** What an engine is built from. */
export interface EngineSetup {
  readonly network: Network;
  readonly system: System;
  readonly objective: ObjectiveSettings;
  readonly optimizer: OptimizerSettings;
  /** Training images, without labels. Pixels may come later (`addImages`). */
  readonly images: Images;
  readonly trainingNormalisation: Normalisation;
  readonly evaluationNormalisation: Normalisation;
  readonly initial: EngineState;
}

/** One training step as the session hands it to an engine. Everything random is drawn before. */
export interface StepInput {
  /** Rows of the training images, [N]. */
  readonly indices: Uint32Array;
  /** How to cut view 1 and view 2 of each image, [N] each. */
  readonly views: readonly [readonly ViewParameters[], readonly ViewParameters[]];
  /**
   * Seed of the gate draws of each view (network/gateNoise.ts). One seed is enough, because a view goes
   * through gates at most once.
   */
  readonly gateSeeds: readonly [number, number];
  readonly learningRate: number;
  /**
   * The MAC ratio that the budget loss pulls towards: t_d, or the value that an exact budget has moved it to.
   */
  readonly aim: number;
  /** p of the bound loss. */
  readonly boundWidth: number;
  /**
   * Weight of each of the system's terms in this step. If missing, the system's own weights apply. The engine
   * may leave out a pass whose terms all have weight 0.
   */
  readonly termWeights?: readonly number[];
}

/**
 * The loss of one step and its terms. VICReg's three terms are unweighted. They are those of the system's
 * first term, and NaN when that term is not VICReg. macRatio is null without gates.
 */
export interface StepTerms {
  readonly loss: number;
  readonly invariance: number;
  readonly variance: number;
  readonly covariance: number;
  readonly budgetLoss: number;
  readonly boundLoss: number;
  readonly macRatio: number | null;
  /** Value of each of the system's terms before its weight in the step; NaN where that weight is 0. */
  readonly terms: readonly number[];
  /** Parts of the first term; absent when that is not VICReg, or does not count in this step. */
  readonly byPass?: TermsByPass;
  readonly gradientNorms: GradientNorms;
}

/** Eval-mode output for a batch of images. */
export interface Encoded {
  /** f32 [N, F], where F is the feature dimension of the branch. */
  readonly features: Float32Array;
  /** Per block u8 [N, C], 1 = open; empty for the dense branch. */
  readonly gates: readonly Uint8Array[];
}

/** Everything a run's network holds, in PyTorch's names and layouts. */
export interface EngineState {
  readonly parameters: NamedTensors;
  readonly buffers: NamedTensors;
  /** The optimiser's momentum buffers, per parameter. */
  readonly momenta: NamedTensors;
}

/**
 * The training step and the evaluation forward of one network. Every run has a new engine. Once the device
 * has failed, the promises of its engine reject with EngineFault.
 */
export interface Engine {
  /**
   * Number of steps that may be requested before the terms of the first arrive. The engine takes them in
   * order, and applies none after a loss that is not finite. Nothing else may be requested in the meantime.
   */
  readonly ahead: number;
  /** Takes one optimiser step. The terms are those before the step. */
  step(input: StepInput): Promise<StepTerms>;
  /**
   * Gradients of the loss at the present weights, in PyTorch's layouts. They are those of a step with this
   * input, but no step is taken, and the running statistics stay as they are.
   */
  gradients(input: StepInput): Promise<NamedTensors>;
  /** Output for images[from, to) in eval mode (running statistics, hard gates). */
  encode(images: Images, from: number, to: number, branch: Branch): Promise<Encoded>;
  state(): Promise<EngineState>;
  /** Bytes that the engine itself holds; null where tfjs holds all of them. Waits for nothing. */
  heldBytes(): Pick<MemoryUse, 'gpu' | 'kernels'>;
  /** Replaces the whole state. Throws when a name or size does not fit the network. */
  load(state: EngineState): Promise<void>;
  /**
   * Takes in the training images [from, to), whose pixels have come into the array of the setup since the
   * engine was built. Steps that are asked for from now on may draw them.
   */
  addImages(from: number, to: number): void;
  dispose(): void;
}

/**
 * The device that an engine computes on was lost, or it refused work. Results of the engine since then may be
 * wrong. The message says what happened. A new engine can continue from an earlier state.
 */
export class EngineFault extends Error {
  override readonly name = 'EngineFault';
}

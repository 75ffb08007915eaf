import type { Images } from './data/images/dataset.ts';
import type { Normalisation } from './data/images/recipe.ts';
import type { ViewParameters } from './data/images/views.ts';
import type { Branch } from './metrics.ts';
import type { Network } from './network/layers.ts';
import type { NamedTensors } from './network/parameters.ts';
import type { System } from './network/systems.ts';

/** LARS-wrapped SGD with momentum (method §5). */
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
  /** Never step further than plain SGD would: the scale is at most 1. */
  readonly clip: boolean;
  /** Tensors with one axis (biases, BatchNorms) take plain steps without weight decay. */
  readonly exclude1d: boolean;
}

/** Weights of the loss's terms, constant over a run (t_d is not: it can be dragged). */
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
  /** Training images, without labels. */
  readonly images: Images;
  readonly trainingNormalisation: Normalisation;
  readonly evaluationNormalisation: Normalisation;
  readonly initial: EngineState;
}

/** One training step as the session hands it to an engine: everything random was drawn already. */
export interface StepInput {
  /** Rows of the training images, [N]. */
  readonly indices: Uint32Array;
  /** How to cut view 1 and view 2 of each image, [N] each. */
  readonly views: readonly [readonly ViewParameters[], readonly ViewParameters[]];
  /** Seed of the gate draws of each view (network/gateNoise.ts): every view goes through gates at most once. */
  readonly gateSeeds: readonly [number, number];
  readonly learningRate: number;
  /** What the budget loss pulls the MAC ratio to: t_d, or what an exact budget has moved it to. */
  readonly aim: number;
  /** p of the bound loss. */
  readonly boundWidth: number;
  /**
   * How much each of the system's terms weighs in this step; as the system says when missing. A pass whose terms all
   * weigh 0 may be left out.
   */
  readonly termWeights?: readonly number[];
}

/**
 * The loss of one step and its terms. VICReg's three are unweighted and those of the system's first term, NaN when that
 * is not VICReg; macRatio is null without gates.
 */
export interface StepTerms {
  readonly loss: number;
  readonly invariance: number;
  readonly variance: number;
  readonly covariance: number;
  readonly budgetLoss: number;
  readonly boundLoss: number;
  readonly macRatio: number | null;
  /** Value of each of the system's terms before its weight in the step; NaN where that is 0. */
  readonly terms: readonly number[];
}

/** Eval-mode output for a batch of images. */
export interface Encoded {
  /** f32 [N, F], F of the branch */
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
 * The training step and the evaluation forward of one network. Made anew for each run. Its promises reject with
 * EngineFault once the device has failed.
 */
export interface Engine {
  /**
   * Steps that may be asked for before the terms of the first have come: they are taken in order, and none that comes
   * after a loss that is not finite is applied. Nothing else may be asked for meanwhile.
   */
  readonly ahead: number;
  /** One optimiser step. Terms are those before the step. */
  step(input: StepInput): Promise<StepTerms>;
  /**
   * Gradients of the loss at the present weights, in PyTorch's layouts: a step's, without taking it. Running statistics
   * stay as they are.
   */
  gradients(input: StepInput): Promise<NamedTensors>;
  /** Eval mode (running statistics, hard gates) of images[from, to). */
  encode(images: Images, from: number, to: number, branch: Branch): Promise<Encoded>;
  state(): Promise<EngineState>;
  /** Replaces the whole state. Throws when a name or size does not fit the network. */
  load(state: EngineState): Promise<void>;
  dispose(): void;
}

/**
 * The device that an engine computes on was lost or refused work: what it gave since may be wrong. The message says
 * what happened. A new engine can go on from an earlier state.
 */
export class EngineFault extends Error {
  override readonly name = 'EngineFault';
}

import type { Normalisation } from '../data/images/recipe.ts';
import type { ViewParameters } from '../data/images/views.ts';
import type {
  EngineSetup,
  EngineState,
  ObjectiveSettings,
  OptimizerSettings,
  StepInput,
  StepTerms,
} from '../engine.ts';
import type { StepData } from '../method/differentiate.ts';
import type { Branch } from '../metrics.ts';
import type { Network } from '../network/layers.ts';
import type { FloatArray } from './arrays.ts';

// What golden sections compare with the reference: whole steps and single operations of an engine. Arguments
// and results have PyTorch's layouts, [N, C, H, W] and [out, in, kh, kw].
// Only views of steps are [N, H, W, 3].

export type StepSettings = Pick<StepInput, 'learningRate' | 'aim' | 'boundWidth'>;

/** A value per pass. */
export type PerPass<T> = readonly [first: T, second: T];

/** A step that was taken, with everything that the checks need. */
export interface TakenStep {
  readonly terms: StepTerms;
  /** Gradients by the names of their parameters. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
  /** [N, F] */
  readonly features: PerPass<Float32Array>;
  /** [N, D] */
  readonly embeddings: PerPass<Float32Array>;
  /** Gates of the first pass per block, [N, C]. Empty if that pass is dense. */
  readonly gates: readonly Float32Array[];
  readonly logits: readonly Float32Array[];
  /** Gradients of the loss with respect to features and embeddings. */
  leafGradients(): Promise<{
    readonly features: PerPass<Float32Array>;
    readonly embeddings: PerPass<Float32Array>;
  }>;
}

/** Results of an evaluation: features [N, F], and per block gates and logits [N, C]. */
export interface Evaluated {
  readonly features: Float32Array;
  readonly gates: readonly Float32Array[];
  readonly logits: readonly Float32Array[];
}

/** A network in training. */
export interface Trained {
  stepOn(data: StepData, settings: StepSettings): Promise<TakenStep>;
  /** Evaluates views [N, S, S, 3], at most as many as a step has. */
  evaluate(views: Float32Array, branch: Branch): Promise<Evaluated>;
  state(): Promise<EngineState>;
  dispose(): void;
}

type VicregWeights = Pick<ObjectiveSettings, 'invarianceWeight' | 'varianceWeight' | 'covarianceWeight'>;

/** A term of VICReg, and its gradients with respect to both embeddings [N, D]. */
export interface VicregTerm {
  readonly value: number;
  readonly gradients: PerPass<Float32Array>;
}

/** The terms are unweighted, and the total is weighted. */
export type VicregTerms = Readonly<Record<'invariance' | 'variance' | 'covariance' | 'total', VicregTerm>>;

/** The budget terms of masks [N, C] per block, and their gradients with respect to every gate. */
export interface Cost {
  readonly ratio: number;
  readonly budget: number;
  readonly bound: number;
  readonly budgetGradients: readonly Float32Array[];
  readonly boundGradients: readonly Float32Array[];
}

/**
 * Results for logits [N, C]: the gates with noise, the straight-through gradient, and the gates in
 * evaluation.
 */
export type GateSampled = Readonly<Record<'sample' | 'gradient' | 'evaluated', Float32Array>>;

/** Parameters of a block's gate by the authors' names. */
export const GATE_PARAMETERS = [
  'atten_c.0.weight',
  'atten_c.1.weight',
  'atten_c.1.bias',
  'atten_c.3.weight',
] as const;
export type GateParameter = (typeof GATE_PARAMETERS)[number];

/** A block's gate on images [N, C, H, W]. */
export interface GateHead {
  readonly x: FloatArray;
  readonly parameters: Readonly<Record<GateParameter, FloatArray>>;
  /** Running statistics before the forward pass. */
  readonly running: { readonly mean: FloatArray; readonly variance: FloatArray };
  /** Logistic noise, [N, C] */
  readonly noise: Float32Array;
  /** Gradient of the gates, [N, C] */
  readonly upstream: FloatArray;
  readonly temperature: number;
}

export interface GateHeadResult {
  readonly logits: Float32Array;
  readonly mask: Float32Array;
  /** The mask in evaluation, with the running statistics before the forward pass. */
  readonly evaluated: Float32Array;
  readonly dx: Float32Array;
  readonly gradients: Readonly<Record<GateParameter, Float32Array>>;
  /** The running mean after the forward pass. */
  readonly runningMean: Float32Array;
  readonly runningVariance: Float32Array;
}

/** Gradients are those of sum(y · upstream). */
export interface ConvolutionTask {
  readonly x: FloatArray;
  readonly w: FloatArray;
  readonly stride: number;
  readonly padding: number;
  readonly upstream: FloatArray;
}
export type Convolved = Readonly<Record<'y' | 'dx' | 'dw', Float32Array>>;

/** BatchNorm of images [N, C, H, W] or rows [N, C]. */
export interface NormTask {
  readonly x: FloatArray;
  readonly state: Readonly<Record<'weight' | 'bias' | 'running_mean' | 'running_var', FloatArray>>;
  readonly upstream: FloatArray;
}
export type Normed = Readonly<
  Record<
    'trained' | 'evaluated' | 'runningMean' | 'runningVariance' | 'dx' | 'dweight' | 'dbias',
    Float32Array
  >
>;

export interface LinearTask {
  readonly x: FloatArray;
  readonly w: FloatArray;
  readonly b: FloatArray;
  readonly upstream: FloatArray;
}
export type Linear = Readonly<Record<'y' | 'dx' | 'dw' | 'db', Float32Array>>;

export type Pooled = Readonly<Record<'y' | 'dx', Float32Array>>;

/** An engine whose arithmetic is compared. */
export interface UnderTest {
  /** @param batch N of every step */
  open(setup: EngineSetup, batch: number): Promise<Trained>;
  /**
   * Losses and gradients of one step. It takes the mean of the gated passes' budget terms and changes no
   * state.
   */
  differentiate(setup: EngineSetup, data: StepData, settings: StepSettings): Promise<TakenStep>;
  vicreg(z1: FloatArray, z2: FloatArray, weights: VicregWeights): Promise<VicregTerms>;
  cost(
    network: Network,
    masks: readonly FloatArray[],
    objective: Pick<ObjectiveSettings, 'budgetWeight' | 'boundWeight'> &
      Pick<StepSettings, 'aim' | 'boundWidth'>,
  ): Promise<Cost>;
  /** @param noise logistic, [N, C] */
  sampleGate(
    logits: FloatArray,
    noise: Float32Array,
    upstream: FloatArray,
    temperature: number,
  ): Promise<GateSampled>;
  gateHead(head: GateHead): Promise<GateHeadResult>;
  /**
   * Takes optimiser steps, starting with momenta of 0.
   * @param gradients per step and tensor
   * @returns values after each step, per tensor
   */
  descend(
    tensors: readonly FloatArray[],
    gradients: readonly (readonly Float32Array[])[],
    learningRate: number,
    optimizer: OptimizerSettings,
  ): Promise<Float32Array[][]>;
  convolve(task: ConvolutionTask): Promise<Convolved>;
  batchNorm(task: NormTask): Promise<Normed>;
  linear(task: LinearTask): Promise<Linear>;
  /** The stem's max-pool of images [N, C, H, W]. */
  maxPool(x: FloatArray, upstream: FloatArray): Promise<Pooled>;
  /** A view of one image u8 [side, side, 3] as bytes [size, size, 3]. */
  viewBytes(pixels: Uint8Array, side: number, size: number, view: ViewParameters): Promise<Uint8Array>;
  /** The same as the network sees it, f32 [size, size, 3]. */
  viewFloats(
    pixels: Uint8Array,
    side: number,
    size: number,
    view: ViewParameters,
    normalisation: Normalisation,
  ): Promise<Float32Array>;
}

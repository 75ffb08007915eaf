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

// What golden sections compare with the reference: an engine's arithmetic, whole steps and single operations. Arrays go
// in and come out in PyTorch's layouts, [N, C, H, W] and [out, in, kh, kw]; only views of steps are [N, H, W, 3].

export type StepSettings = Pick<StepInput, 'learningRate' | 'aim' | 'boundWidth'>;

/** A value per pass. */
export type PerPass<T> = readonly [first: T, second: T];

/** A step with all that is checked of it. */
export interface TakenStep {
  readonly terms: StepTerms;
  /** By parameter. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
  /** [N, F] */
  readonly features: PerPass<Float32Array>;
  /** [N, D] */
  readonly embeddings: PerPass<Float32Array>;
  /** Of the first pass per block, [N, C]; none where it is dense. */
  readonly gates: readonly Float32Array[];
  readonly logits: readonly Float32Array[];
  /** Gradients of the loss by features and embeddings. */
  leafGradients(): Promise<{
    readonly features: PerPass<Float32Array>;
    readonly embeddings: PerPass<Float32Array>;
  }>;
}

/** What evaluation gives: features [N, F], and per block gates and logits [N, C]. */
export interface Evaluated {
  readonly features: Float32Array;
  readonly gates: readonly Float32Array[];
  readonly logits: readonly Float32Array[];
}

/** A network in training. */
export interface Trained {
  stepOn(data: StepData, settings: StepSettings): Promise<TakenStep>;
  /** Evaluation mode of views [N, S, S, 3], at most as many as a step has. */
  evaluate(views: Float32Array, branch: Branch): Promise<Evaluated>;
  state(): Promise<EngineState>;
  dispose(): void;
}

type VicregWeights = Pick<ObjectiveSettings, 'invarianceWeight' | 'varianceWeight' | 'covarianceWeight'>;

/** A term of VICReg, and its gradients by both embeddings [N, D]. */
export interface VicregTerm {
  readonly value: number;
  readonly gradients: PerPass<Float32Array>;
}

/** The terms unweighted, the total weighted. */
export type VicregTerms = Readonly<Record<'invariance' | 'variance' | 'covariance' | 'total', VicregTerm>>;

/** The budget terms of masks [N, C] per block, and their gradients by every gate. */
export interface Cost {
  readonly ratio: number;
  readonly budget: number;
  readonly bound: number;
  readonly budgetGradients: readonly Float32Array[];
  readonly boundGradients: readonly Float32Array[];
}

/** Of logits [N, C]: gates with noise, the straight-through gradient, gates in evaluation. */
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
  /** Running statistics before. */
  readonly running: { readonly mean: FloatArray; readonly variance: FloatArray };
  /** Logistic, [N, C] */
  readonly noise: Float32Array;
  /** Gradient of the gates, [N, C] */
  readonly upstream: FloatArray;
  readonly temperature: number;
}

export interface GateHeadResult {
  readonly logits: Float32Array;
  readonly mask: Float32Array;
  /** The mask in evaluation, by the running statistics before. */
  readonly evaluated: Float32Array;
  readonly dx: Float32Array;
  readonly gradients: Readonly<Record<GateParameter, Float32Array>>;
  /** After. */
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
  /** Losses and gradients of one step that averages the budget terms of gated passes, and changes nothing. */
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
   * Optimiser steps from momenta of 0.
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

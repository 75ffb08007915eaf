import type { EngineSetup, EngineState, StepInput, StepTerms } from '../../engine.ts';
import type { StepData } from '../../method/differentiate.ts';
import type { Branch } from '../../metrics.ts';

// What golden sections compare with the reference: an engine's arithmetic, whole steps and single operations. Arrays go
// in and come out in PyTorch's layouts, [N, C, H, W] and [out, in, kh, kw]; only views of steps are [N, H, W, 3].

export type StepSettings = Pick<StepInput, 'learningRate' | 'budget' | 'corridor'>;

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

export interface UnderTest {
  /** @param batch N of every step */
  open(setup: EngineSetup, batch: number): Promise<Trained>;
  /** Losses and gradients of one step that averages the budget terms of gated passes, and changes nothing. */
  differentiate(setup: EngineSetup, data: StepData, settings: StepSettings): Promise<TakenStep>;
}

import * as tf from '@tensorflow/tfjs';
import type { Images } from '../data/images/dataset.ts';
import { normaliseImages } from '../data/images/normalise.ts';
import type { Encoded, Engine, EngineSetup, EngineState, StepInput, StepTerms } from '../engine.ts';
import type { Branch } from '../metrics.ts';
import { gateDraws, logisticNoise } from '../network/gateNoise.ts';
import {
  bufferSpecs,
  type NamedTensors,
  namedTensor,
  type ParameterSpec,
  parameterSpecs,
  sizeOf,
  weightDecayOf,
} from '../network/parameters.ts';
import { onSoundDevice } from './backend.ts';
import { updateRunning } from './batchNorm.ts';
import { differentiate, type Probe, type StepData, type StepGradients } from './differentiate.ts';
import { type EvalFeatures, evalForward } from './evalForward.ts';
import { descend, type Slot } from './optimizer.ts';
import { fromTorch, parameterTensor, toTorch } from './tensors.ts';
import { augmentBatch } from './views/augment.ts';

/** The settings of a step, without its data. */
type StepSettings = Pick<StepInput, 'learningRate' | 'aim' | 'boundWidth' | 'termWeights'>;

/**
 * The reference engine: the training step in tfjs ops with autodiff, on the active backend. Parameters,
 * momenta and running statistics are plain arrays in the CPU's memory. No tensor outlives a call.
 */
export class TfjsEngine implements Engine {
  readonly ahead = 1;
  private readonly specs: readonly ParameterSpec[];
  /** In the order of the specs, engine layout. */
  private slots: readonly Slot[] = [];
  private readonly buffers = new Map<string, Float32Array>();

  constructor(private readonly setup: EngineSetup) {
    this.specs = parameterSpecs(setup.network);
    this.install(setup.initial);
  }

  async step(input: StepInput): Promise<StepTerms> {
    return (await this.stepOn(this.drawn(input), input)).terms;
  }

  async gradients(input: StepInput): Promise<NamedTensors> {
    const { gradients } = await this.differentiated(this.drawn(input), input);
    return new Map(this.specs.map((spec, i) => [spec.name, toTorch(spec, gradients[i]!)]));
  }

  /** The views and the gate noise that an input asks for. */
  private drawn(input: StepInput): StepData {
    const { images, trainingNormalisation, network, system } = this.setup;
    const batch = input.indices.length;
    const view = (which: 0 | 1) =>
      augmentBatch(images, input.indices, input.views[which], trainingNormalisation);
    const noise = system.passes.map((pass) =>
      pass.branch === 'gated' ? gateDraws(network, batch, input.gateSeeds[pass.view]).map(logisticNoise) : [],
    );
    return { batch, views: [view(0), view(1)], noise };
  }

  private differentiated(
    data: StepData,
    { aim, boundWidth, termWeights }: StepSettings,
    probe?: Probe,
  ): Promise<StepGradients> {
    const { network, system, objective } = this.setup;
    return onSoundDevice(() =>
      differentiate(
        network,
        system,
        this.specs,
        this.slots.map((slot) => slot.values),
        data,
        { ...objective, aim, boundWidth, termWeights },
        probe,
      ),
    );
  }

  /**
   * One optimiser step on views that already exist, [N, H, W, 3], with the given gate noise.
   * @param probe picks further tensors of the forward pass to read (for checks).
   */
  async stepOn(data: StepData, settings: StepSettings, probe?: Probe): Promise<StepGradients> {
    const { optimizer } = this.setup;
    const { learningRate } = settings;
    const result = await this.differentiated(data, settings, probe);
    // A step that is not finite is reported, but not applied.
    if (!Number.isFinite(result.terms.loss)) return result;
    this.slots.forEach((slot, i) => {
      descend(slot, result.gradients[i]!, learningRate, optimizer, result.norms[i]!);
    });
    for (const { layer, mean, variance, count } of result.statistics) {
      updateRunning(
        { mean: this.buffer(`${layer}.running_mean`), variance: this.buffer(`${layer}.running_var`) },
        { mean, variance, count },
      );
    }
    return result;
  }

  /** @param gateShift δ: gates open where their logit + δ ≥ 0 */
  async encode(images: Images, from: number, to: number, branch: Branch, gateShift = 0): Promise<Encoded> {
    const { size } = images;
    const pixels = normaliseImages(images, from, to, this.setup.evaluationNormalisation);
    return onSoundDevice(async () => {
      const forward = this.evaluate(pixels, [to - from, size, size, 3], branch, gateShift);
      const features = (await forward.features.data<'float32'>()) as Float32Array;
      const gates = await Promise.all(forward.gates.map(async (gate) => Uint8Array.from(await gate.data())));
      tf.dispose([forward.features, ...forward.gates, ...forward.logits]);
      return { features, gates };
    });
  }

  /** Eval-mode forward of normalised images [N, H, W, 3]. The caller disposes of the tensors. */
  evaluate(
    pixels: Float32Array,
    shape: [number, number, number, number],
    branch: Branch,
    gateShift = 0,
  ): EvalFeatures {
    const places = new Map(this.specs.map((spec, i) => [spec.name, i]));
    const result = tf.tidy(() => {
      const lookup = (name: string): tf.Tensor => {
        const place = places.get(name);
        return place === undefined
          ? tf.tensor1d(this.buffer(name))
          : parameterTensor(this.specs[place]!, this.slots[place]!.values);
      };
      const { features, gates, logits } = evalForward(
        this.setup.network,
        lookup,
        tf.tensor4d(pixels, shape),
        branch,
        { gateShift },
      );
      return { features, gates: [...gates], logits: [...logits] };
    });
    return result;
  }

  async state(): Promise<EngineState> {
    const named = (values: (slot: Slot) => Float32Array): NamedTensors =>
      new Map(this.specs.map((spec, i) => [spec.name, toTorch(spec, values(this.slots[i]!))]));
    return {
      parameters: named((slot) => slot.values),
      momenta: named((slot) => slot.momentum),
      buffers: new Map([...this.buffers].map(([name, values]) => [name, values.slice()])),
    };
  }

  heldBytes() {
    return { gpu: null, kernels: null };
  }

  async load(state: EngineState): Promise<void> {
    this.install(state);
  }

  /** Every step reads the array of the setup, so there is nothing to do. */
  addImages(_from: number, _to: number): void {}

  dispose(): void {
    this.slots = [];
    this.buffers.clear();
  }

  private install({ parameters, momenta, buffers }: EngineState): void {
    const { optimizer } = this.setup;
    this.slots = this.specs.map((spec) => ({
      values: fromTorch(spec, namedTensor(parameters, spec.name, sizeOf(spec.shape))),
      momentum: fromTorch(spec, namedTensor(momenta, spec.name, sizeOf(spec.shape))),
      axes: spec.shape.length,
      weightDecay: weightDecayOf(spec, optimizer),
    }));
    for (const { name, shape } of bufferSpecs(this.setup.network)) {
      this.buffers.set(name, namedTensor(buffers, name, shape[0]).slice());
    }
  }

  private buffer(name: string): Float32Array {
    const values = this.buffers.get(name);
    if (values === undefined) throw new Error(`weights: ${name} is missing`);
    return values;
  }
}

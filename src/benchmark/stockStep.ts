import * as tf from '@tensorflow/tfjs';
import type { EngineSetup, EngineState, StepInput, StepTerms } from '../engine.ts';
import { BN_MOMENTUM } from '../method/batchNorm.ts';
import type { StepData } from '../method/differentiate.ts';
import { fromTorch, parameterTensor, toTorch } from '../method/tensors.ts';
import { bufferSpecs, type ParameterSpec, parameterSpecs, weightDecayOf } from '../network/parameters.ts';
import { type StockObjective, stockLosses } from './stockLosses.ts';

/** Keeps LARS's trust ratio finite. */
const LARS_EPSILON = 1e-8;

/** The terms that the program gives: it measures no gradient, and no embedding by itself. */
export type StockTerms = Omit<StepTerms, 'byPass' | 'gradientNorms'>;

/** A trainable tensor, its momentum, and what the optimiser needs to know of it. */
interface Slot {
  readonly spec: ParameterSpec;
  readonly weight: tf.Variable;
  readonly momentum: tf.Variable;
}

/**
 * The dual-gating training step as a tfjs program: variables, tf.variableGrads, and an optimiser of tf ops.
 * It uses no kernel and no gradient of this project, and runs on the active backend.
 */
export class StockStep {
  private readonly slots: readonly Slot[];
  private readonly running = new Map<string, tf.Variable>();

  /** @throws Error for a system or a stem that this program does not cover */
  constructor(private readonly setup: EngineSetup) {
    const { network, system, initial } = setup;
    if (system.id !== 'dual-gating' || network.spec.stem !== 'cifar') {
      throw new Error(
        `stock step: must be dual-gating with the cifar stem, got ${system.id} with the ${network.spec.stem} stem`,
      );
    }
    const variable = (spec: ParameterSpec, values: Float32Array, trainable: boolean) =>
      tf.tidy(() => tf.variable(parameterTensor(spec, fromTorch(spec, values)), trainable));
    this.slots = parameterSpecs(network).map((spec) => ({
      spec,
      weight: variable(spec, initial.parameters.get(spec.name)!, true),
      momentum: variable(spec, initial.momenta.get(spec.name)!, false),
    }));
    for (const { name } of bufferSpecs(network)) {
      this.running.set(
        name,
        tf.tidy(() => tf.variable(tf.tensor1d(initial.buffers.get(name)!), false)),
      );
    }
  }

  /** One optimiser step on views that already exist. It waits for the step's terms. */
  async step(
    data: StepData,
    at: Pick<StepInput, 'learningRate' | 'aim' | 'boundWidth'>,
  ): Promise<StockTerms> {
    const packed = tf.tidy(() => this.record(data, at));
    const [loss, invariance, variance, covariance, budget, bound, ratio] = await packed.data<'float32'>();
    packed.dispose();
    return {
      loss: loss!,
      invariance: invariance!,
      variance: variance!,
      covariance: covariance!,
      budgetLoss: budget!,
      boundLoss: bound!,
      macRatio: ratio!,
      terms: [loss! - budget! - bound!],
    };
  }

  /** Everything that a step changes, in PyTorch's layouts. */
  async state(): Promise<EngineState> {
    const read = async (variable: tf.Variable) => (await variable.data<'float32'>()) as Float32Array;
    const parameters = new Map<string, Float32Array>();
    const momenta = new Map<string, Float32Array>();
    const buffers = new Map<string, Float32Array>();
    for (const { spec, weight, momentum } of this.slots) {
      parameters.set(spec.name, toTorch(spec, await read(weight)));
      momenta.set(spec.name, toTorch(spec, await read(momentum)));
    }
    for (const [name, variable] of this.running) buffers.set(name, await read(variable));
    return { parameters, momenta, buffers };
  }

  dispose(): void {
    tf.dispose(this.slots.flatMap(({ weight, momentum }) => [weight, momentum]));
    tf.dispose([...this.running.values()]);
  }

  private record(
    { batch, views, noise }: StepData,
    { learningRate, aim, boundWidth }: Pick<StepInput, 'learningRate' | 'aim' | 'boundWidth'>,
  ): tf.Tensor1D {
    const { network } = this.setup;
    const side = network.spec.input;
    const objective: StockObjective = { ...this.setup.objective, aim, boundWidth };
    const [first, second] = views.map((view) => tf.tensor4d(view, [batch, side, side, 3]));
    const draws = noise[0]!.map((values) => tf.tensor2d(values, [batch, values.length / batch]));
    const weights = new Map<string, tf.Variable>(this.slots.map(({ spec, weight }) => [spec.name, weight]));
    const model = {
      network,
      parameter: (name: string) => weights.get(name)!,
      observe: (layer: string, mean: tf.Tensor, variance: tf.Tensor, count: number) => {
        this.track(`${layer}.running_mean`, mean, 1);
        this.track(`${layer}.running_var`, variance, count / (count - 1));
      },
    };
    let terms: tf.Scalar[] = [];
    const { grads } = tf.variableGrads(
      () => {
        const losses = stockLosses(model, [first!, second!], draws, objective);
        const { loss, vicreg } = losses;
        terms = [loss, vicreg.invariance, vicreg.variance, vicreg.covariance];
        terms.push(losses.budget, losses.bound, losses.ratio);
        for (const term of terms) tf.keep(term);
        return loss;
      },
      this.slots.map(({ weight }) => weight),
    );
    for (const slot of this.slots) this.descend(slot, grads[slot.weight.name]!, learningRate);
    const packed = tf.stack(terms) as tf.Tensor1D;
    tf.dispose(terms);
    return packed;
  }

  /** Moves a running statistic by one batch, as BatchNorm layers do. */
  private track(name: string, batch: tf.Tensor, correction: number): void {
    const running = this.running.get(name)!;
    running.assign(tf.add(tf.mul(running, 1 - BN_MOMENTUM), tf.mul(batch, BN_MOMENTUM * correction)));
  }

  /**
   * Momentum SGD with LARS (method §5). It does not test for tensors of zero norm: a benchmark's weights have
   * none, and the step is cheaper without the test.
   */
  private descend({ spec, weight, momentum }: Slot, gradient: tf.Tensor, learningRate: number): void {
    const { lars, momentum: inertia } = this.setup.optimizer;
    const decay = weightDecayOf(spec, this.setup.optimizer);
    const decayed = (g: tf.Tensor) => (decay === 0 ? g : tf.add(g, tf.mul(weight, decay)));
    let direction = gradient;
    if (lars === null) direction = decayed(gradient);
    else if (spec.shape.length > 1 || !lars.exclude1d) {
      const weightNorm = norm(weight);
      const bound = tf.add(norm(gradient), tf.add(tf.mul(weightNorm, decay), LARS_EPSILON));
      const trust = tf.div(tf.mul(weightNorm, lars.eta), bound);
      const scale = lars.clip ? tf.minimum(tf.div(trust, learningRate), 1) : trust;
      direction = tf.mul(decayed(gradient), scale);
    }
    momentum.assign(tf.add(tf.mul(momentum, inertia), direction));
    weight.assign(tf.sub(weight, tf.mul(momentum, learningRate)));
  }
}

/** It is not tf.norm, which takes absolute values and powers first and so needs two kernels more. */
function norm(values: tf.Tensor): tf.Tensor {
  return tf.sqrt(tf.sum(tf.square(values)));
}

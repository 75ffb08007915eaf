import * as tf from '@tensorflow/tfjs';
import type { StepTerms } from '../engine.ts';
import type { GradientNorms } from '../metrics.ts';
import type { Network } from '../network/layers.ts';
import { type NetworkPart, type ParameterSpec, partOf, sizeOf } from '../network/parameters.ts';
import type { System } from '../network/systems.ts';
import type { BatchStatistics } from './batchNorm.ts';
import type { Weights } from './encoder.ts';
import { type Objective, weightsOfTerms } from './objective.ts';
import { norm } from './optimizer.ts';
import { retaining } from './retain.ts';
import { parameterTensor } from './tensors.ts';
import { type StepLosses, stepLosses } from './trainStep.ts';

/** The two views [N, H, W, 3] of a batch and each pass's gate noise [N, C] per block, in the CPU's memory. */
export interface StepData {
  readonly batch: number;
  readonly views: readonly [Float32Array, Float32Array];
  readonly noise: readonly (readonly Float32Array[])[];
}

export interface StepGradients {
  /**
   * dL/dw per parameter, in the order of the specs, engine layout; zeros for a parameter that the loss does
   * not use.
   */
  readonly gradients: readonly Float32Array[];
  /** Euclidean norm of each gradient. */
  readonly norms: readonly number[];
  /** Batch statistics in the order in which running statistics must move. */
  readonly statistics: readonly {
    readonly layer: string;
    readonly mean: Float32Array;
    readonly variance: Float32Array;
    readonly count: number;
  }[];
  readonly terms: StepTerms;
  /** The values that `probe` asked for. */
  readonly probed: readonly Float32Array[];
}

/** Picks tensors of a forward pass. */
export type Probe = (losses: StepLosses) => readonly tf.Tensor[];

/**
 * Forward and backward of one step by autodiff. Everything that is read comes back in one transfer.
 * @param parameters values per spec, engine layout.
 * @param probe picks further tensors of the forward pass to read (for checks).
 */
export async function differentiate(
  network: Network,
  system: System,
  specs: readonly ParameterSpec[],
  parameters: readonly Float32Array[],
  data: StepData,
  objective: Objective,
  probe: Probe = () => [],
): Promise<StepGradients> {
  const recorded = tf.tidy(() =>
    retaining(() => record(network, system, specs, parameters, data, objective, probe)),
  );
  const values = await recorded.packed.data<'float32'>();
  recorded.packed.dispose();
  return unpack(values as Float32Array, specs, recorded);
}

// It is a type with plain arrays and no interface, because tf.tidy must find the tensors in it.
type Recorded = {
  /** Gradients, statistics, scalars and probes, one after the other. */
  packed: tf.Tensor1D;
  layers: { layer: string; channels: number; count: number }[];
  /**
   * Whether the first term is VICReg; then its three parts, and those of each pass, are among the scalars.
   */
  vicreg: boolean;
  gated: boolean;
  /** Which terms have a value among the scalars. */
  live: boolean[];
  probeSizes: number[];
};

function record(
  network: Network,
  system: System,
  specs: readonly ParameterSpec[],
  parameters: readonly Float32Array[],
  data: StepData,
  objective: Objective,
  probe: Probe,
): Recorded {
  const leaves = specs.map((spec, i) => parameterTensor(spec, parameters[i]!));
  const places = new Map(specs.map((spec, i) => [spec.name, i]));
  const statistics: BatchStatistics[] = [];
  const weights: Weights = {
    network,
    parameter(name) {
      const place = places.get(name);
      if (place === undefined) throw new Error(`weights: this network has no parameter ${name}`);
      return leaves[place]!;
    },
    note: (noted) => {
      statistics.push({ ...noted, mean: tf.keep(noted.mean), variance: tf.keep(noted.variance) });
    },
  };
  const side = network.spec.input;
  const [first, second] = data.views.map((view) => tf.tensor4d(view, [data.batch, side, side, 3]));
  const noise = data.noise.map((pass) =>
    pass.map((draws) => tf.tensor2d(draws, [data.batch, draws.length / data.batch])),
  );

  const scalars: tf.Tensor[] = [];
  const probes: tf.Tensor[] = [];
  const live = weightsOfTerms(system, objective).map((weight) => weight !== 0);
  let shape = { vicreg: false, gated: false };
  const { grads } = tf.engine().gradients(
    () => {
      const losses = stepLosses(weights, system, [first!, second!], noise, objective);
      const { terms, cost } = losses;
      const vicreg = terms[0]?.vicreg;
      shape = { vicreg: Boolean(vicreg), gated: cost !== null };
      scalars.push(losses.loss, ...terms.flatMap((term) => term?.value ?? []));
      if (vicreg) {
        const { invariance, variance, covariance, byPass } = vicreg;
        scalars.push(invariance, variance, covariance, ...byPass.variance, ...byPass.covariance);
      }
      if (cost !== null) scalars.push(cost.budget, cost.bound, cost.ratio);
      probes.push(...probe(losses));
      // The tape frees what the backward pass does not need, but these are read after it.
      for (const tensor of [...scalars, ...probes]) tf.keep(tensor);
      return losses.loss;
    },
    leaves,
    undefined,
    true,
  );
  const parts = [
    ...specs.map((spec, i) => grads[i] ?? tf.zeros([sizeOf(spec.shape)])),
    ...statistics.flatMap(({ mean, variance }) => [mean, variance]),
    ...scalars,
    ...probes,
  ];
  const packed = tf.concat1d(parts.map((part) => tf.reshape(part, [part.size])));
  tf.dispose([...statistics.flatMap(({ mean, variance }) => [mean, variance]), ...scalars, ...probes]);
  return {
    packed,
    layers: statistics.map(({ layer, mean, count }) => ({ layer, channels: mean.size, count })),
    ...shape,
    live,
    probeSizes: probes.map((tensor) => tensor.size),
  };
}

function unpack(values: Float32Array, specs: readonly ParameterSpec[], recorded: Recorded): StepGradients {
  let at = 0;
  const take = (length: number) => {
    at += length;
    return values.subarray(at - length, at);
  };
  const gradients = specs.map((spec) => take(sizeOf(spec.shape)));
  const statistics = recorded.layers.map(({ layer, channels, count }) => ({
    layer,
    mean: take(channels),
    variance: take(channels),
    count,
  }));
  const scalar = () => take(1)[0]!;
  const { vicreg, gated, live } = recorded;
  const norms = gradients.map(norm);
  return {
    gradients,
    norms,
    statistics,
    terms: {
      loss: scalar(),
      terms: live.map((counts) => (counts ? scalar() : Number.NaN)),
      invariance: vicreg ? scalar() : Number.NaN,
      variance: vicreg ? scalar() : Number.NaN,
      covariance: vicreg ? scalar() : Number.NaN,
      ...(vicreg && {
        byPass: { variance: [scalar(), scalar()], covariance: [scalar(), scalar()] },
      }),
      budgetLoss: gated ? scalar() : 0,
      boundLoss: gated ? scalar() : 0,
      macRatio: gated ? scalar() : null,
      gradientNorms: gradientNorms(specs, norms, gated),
    },
    probed: recorded.probeSizes.map(take),
  };
}

/** The norm of each part of the network, from those of its tensors. */
function gradientNorms(
  specs: readonly ParameterSpec[],
  norms: readonly number[],
  gated: boolean,
): GradientNorms {
  const of = (part: NetworkPart) => norm(norms.filter((_, i) => partOf(specs[i]!) === part));
  return { encoder: of('encoder'), projector: of('projector'), ...(gated && { gates: of('gates') }) };
}

import { z } from 'zod';
import type { EngineSetup, ObjectiveSettings, StepTerms } from '../engine.ts';
import type { StepData } from '../method/differentiate.ts';
import { norm } from '../method/optimizer.ts';
import { logisticNoise } from '../network/gateNoise.ts';
import { buildNetwork, type Network } from '../network/layers.ts';
import { initialBuffers, type NetworkPart, parameterSpecs, partOf } from '../network/parameters.ts';
import type { System } from '../network/systems.ts';
import { type FloatArray, floatArray, parseVectors } from './arrays.ts';
import { exactRow } from './compare.ts';
import { channelsLast, imageSides } from './layout.ts';
import type { CheckRow } from './row.ts';

// The parts that sections e and f share: the weights before the step, their network, and the inputs of the
// step.

export const namedArrays = z.record(z.string(), floatArray);
export const namedNumbers = z.record(z.string(), z.number());

/** Settings of a step. The defaults are the authors' weights of the terms. */
export const stepConfig = z.object({
  t_d: z.number(),
  lbda: z.number(),
  gamma: z.number(),
  alpha: z.number(),
  tau: z.number().positive().default(0.66667),
  sim: z.number().default(25),
  var: z.number().default(25),
  cov: z.number().default(1),
});

/** Losses of one step. sim, var and cov are unweighted. */
export const stepLosses = z.object({
  loss: z.number(),
  vicreg: z.number(),
  sim: z.number(),
  var: z.number(),
  cov: z.number(),
  rloss: z.number(),
  bloss: z.number(),
  flops_ratio: z.number(),
  flops_real: z.number(),
  flops_orig: z.number(),
  p: z.number(),
});

const weightsSchema = z.object({ section: z.literal('e'), params: namedArrays });

export type NamedArrays = Readonly<Record<string, FloatArray>>;

/** The weights with which e and f start. Throws when `vectors` are of another schema. */
export function readWeights(vectors: unknown): NamedArrays {
  return parseVectors('e (weights)', weightsSchema, vectors).params;
}

/**
 * Checks names and shapes of the weights with which the other files of sections e and f start.
 * @throws Error when they are not exactly those of a gated ResNet-18
 */
export async function checkWeights(vectors: unknown): Promise<CheckRow[]> {
  const weights = readWeights(vectors);
  const order = Object.keys(weights);
  const specs = parameterSpecs(networkOf(weights, 32));
  return [
    exactRow(
      'e weights, in the order of the authors’ modules',
      order.map((name) => specs.findIndex((spec) => spec.name === name)),
      specs.map((_, i) => i),
    ),
  ];
}

/**
 * The network that the weights' names and shapes describe, for images of side `input`.
 * @throws Error when the weights are not exactly those of a gated ResNet-18
 */
export function networkOf(weights: NamedArrays, input: number): Network {
  const shapeOf = (name: string): readonly number[] => {
    const found = weights[name];
    if (found === undefined) throw new Error(`golden vectors e (weights): ${name} is missing`);
    return found.shape;
  };
  const stem = shapeOf('backbone.conv1.weight');
  const names = Object.keys(weights);
  const network = buildNetwork({
    input,
    width: stem[0]!,
    stem: stem[2] === 7 ? 'imagenet' : 'cifar',
    stemPadding: 2,
    gated: names.some((name) => name.includes('mask_c')),
    bn: 'backbone.layer1.0.bn1_s.weight' in weights ? 'separate' : 'shared',
    projector: { hidden: shapeOf('projector.0.weight')[0]!, output: shapeOf('projector.6.weight')[0]! },
  });
  const specs = parameterSpecs(network);
  requireNames('weights', names, specs);
  for (const { name, shape } of specs) {
    const got = shapeOf(name);
    if (got.join() !== shape.join()) {
      throw new Error(`golden vectors e (weights): ${name} must be [${shape}], got [${got}]`);
    }
  }
  return network;
}

/** Throws when `names` of a file are not exactly those of `specs`. */
export function requireNames(
  what: string,
  names: readonly string[],
  specs: readonly { readonly name: string }[],
): void {
  const known = new Set(specs.map((spec) => spec.name));
  const missing = specs.filter((spec) => !names.includes(spec.name)).map((spec) => spec.name);
  const unknown = names.filter((name) => !known.has(name));
  if (missing.length > 0 || unknown.length > 0) {
    const list = (entries: readonly string[]) => entries.join(', ') || 'none';
    throw new Error(
      `golden vectors (${what}): the names do not fit the network; missing ${list(missing)}; unknown ${list(unknown)}`,
    );
  }
}

/** The terms of a step beside those of a file. */
export function termsBeside(
  terms: StepTerms,
  losses: Omit<z.infer<typeof stepLosses>, 'p'>,
): Record<string, readonly [number, number]> {
  return {
    loss: [terms.loss, losses.loss],
    vicreg: [terms.loss - terms.budgetLoss - terms.boundLoss, losses.vicreg],
    sim: [terms.invariance, losses.sim],
    var: [terms.variance, losses.var],
    cov: [terms.covariance, losses.cov],
    rloss: [terms.budgetLoss, losses.rloss],
    bloss: [terms.boundLoss, losses.bloss],
    flops_ratio: [terms.macRatio ?? Number.NaN, losses.flops_ratio],
  };
}

/**
 * The gradient norms of a step's parts of the network beside those of a file.
 * @param norms of each parameter's gradient, by its name
 */
export function partNormsBeside(
  { gradientNorms }: StepTerms,
  norms: Readonly<Record<string, number>>,
): Record<string, readonly [number, number]> {
  const of = (part: NetworkPart) => {
    const own = Object.entries(norms).filter(
      ([name]) => partOf({ name, gate: name.includes('.mask_c.') }) === part,
    );
    return norm(own.map(([, value]) => value));
  };
  const { encoder, projector, gates } = gradientNorms;
  return {
    encoder: [encoder, of('encoder')],
    projector: [projector, of('projector')],
    ...(gates !== undefined && { gates: [gates, of('gates')] }),
  };
}

/**
 * Variance and covariance of each embedding [N, D] of a step beside those that plain loops over a file's
 * embeddings give (method §3).
 */
export function passTermsBeside(
  { byPass }: StepTerms,
  embeddings: readonly [FloatArray, FloatArray],
): Record<string, readonly [number, number]> {
  const rows = embeddings.map((z, pass) => {
    const [variance, covariance] = varianceAndCovariance(z);
    return [
      [`var ${pass + 1}`, [byPass?.variance[pass] ?? Number.NaN, variance]],
      [`cov ${pass + 1}`, [byPass?.covariance[pass] ?? Number.NaN, covariance]],
    ] as const;
  });
  return Object.fromEntries(rows.flat());
}

function varianceAndCovariance({ shape, values }: FloatArray): [number, number] {
  const [n = 0, d = 0] = shape;
  const columns = Array.from({ length: d }, (_, j) => {
    const column = Array.from({ length: n }, (_, i) => values[i * d + j]!);
    const mean = column.reduce((sum, value) => sum + value, 0) / n;
    return column.map((value) => value - mean);
  });
  let [variance, covariance] = [0, 0];
  columns.forEach((left, j) => {
    columns.forEach((right, k) => {
      const c = left.reduce((sum, value, i) => sum + value * right[i]!, 0) / (n - 1);
      if (k === j) variance += Math.max(0, 1 - Math.sqrt(c + 1e-4)) / d;
      else covariance += c ** 2 / d;
    });
  });
  return [variance, covariance];
}

export function objectiveOf(config: z.infer<typeof stepConfig>): ObjectiveSettings {
  return {
    invarianceWeight: config.sim,
    varianceWeight: config.var,
    covarianceWeight: config.cov,
    budgetWeight: config.lbda,
    boundWeight: config.gamma,
    temperature: config.tau,
    // The files take the mean of the budget terms of two gated passes.
    gatedLoss: 'mean',
    contrastTemperature: 1,
  };
}

/**
 * An engine's setup with the weights, and with running statistics and momenta as at the start of a training.
 */
export function setupOf(
  network: Network,
  system: System,
  weights: NamedArrays,
  settings: Pick<EngineSetup, 'objective' | 'optimizer'>,
): EngineSetup {
  const parameters = new Map(Object.entries(weights).map(([name, { values }]) => [name, values]));
  const nothing = { mean: [0, 0, 0], std: [1, 1, 1] } as const;
  return {
    network,
    system,
    ...settings,
    // The views are given, so there are no images.
    images: { count: 0, size: network.spec.input, pixels: new Uint8Array(0) },
    trainingNormalisation: nothing,
    evaluationNormalisation: nothing,
    initial: {
      parameters,
      buffers: initialBuffers(network),
      momenta: new Map([...parameters].map(([name, values]) => [name, new Float32Array(values.length)])),
    },
  };
}

/** The inputs of one step: views [N, 3, H, W], uniform gate draws [N, C] per pass and block. */
export function stepData(
  view1: FloatArray,
  view2: FloatArray,
  draws: readonly [readonly FloatArray[], readonly FloatArray[]],
): StepData {
  const [batch] = imageSides(view1);
  const [first, second] = draws.map((pass) => pass.map(({ values }) => logisticNoise(values)));
  return { batch, views: [channelsLast(view1), channelsLast(view2)], noise: [first!, second!] };
}

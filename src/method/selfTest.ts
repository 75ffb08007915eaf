import { RECIPES } from '../data/images/recipe.ts';
import type { EngineSetup, StepInput, StepTerms } from '../engine.ts';
import { gateDraws, logisticNoise } from '../network/gateNoise.ts';
import { buildNetwork, type NetworkSpec } from '../network/layers.ts';
import { initialBuffers, initialMomenta, initialParameters, parameterSpecs } from '../network/parameters.ts';
import { SYSTEMS } from '../network/systems.ts';
import { hashedUniform, stream } from '../random.ts';
import { differentiate, type StepData } from './differentiate.ts';
import { norm } from './optimizer.ts';
import { fromTorch } from './tensors.ts';

export interface SelfTest {
  readonly passed: boolean;
  /** Largest relative error of the loss, the MAC ratio and three gradient norms. */
  readonly worstError: number;
  readonly tolerance: number;
  readonly ms: number;
}

/** Terms and gradient norms of the self-test's step. */
export interface SelfTestNumbers {
  readonly loss: number;
  readonly macRatio: number;
  readonly stemGradient: number;
  readonly gateGradient: number;
  readonly projectorGradient: number;
}

/** The network's first layers, each of which has kernels of its own. */
export type Stem = NetworkSpec['stem'];

/**
 * The numbers of the step with each stem, in plain JavaScript with tfjs's own gradients (selfTest.test.ts
 * computes them again).
 */
export const STORED: Readonly<Record<Stem, SelfTestNumbers>> = {
  cifar: {
    loss: 39.95014,
    macRatio: 0.504016,
    stemGradient: 87.5524,
    gateGradient: 1.486988,
    projectorGradient: 23.81226,
  },
  imagenet: {
    loss: 44.66178,
    macRatio: 0.722906,
    stemGradient: 953.7217,
    gateGradient: 5.179293,
    projectorGradient: 71.76918,
  },
};

const TOLERANCE = 1e-3;

const BATCH = 4;
/** Pixels. With either stem the last maps are smaller than their filters. */
const SIDES: Readonly<Record<Stem, number>> = { cifar: 12, imagenet: 24 };

/** A width-4 dual-gating step on four small images of hashed noise. */
export interface SelfTestStep {
  readonly batch: number;
  readonly setup: EngineSetup;
  readonly data: StepData;
  readonly settings: Pick<StepInput, 'learningRate' | 'aim' | 'boundWidth'>;
}

export function selfTestStep(stem: Stem): SelfTestStep {
  const side = SIDES[stem];
  const network = buildNetwork({
    input: side,
    width: 4,
    stem,
    stemPadding: 1,
    gated: true,
    bn: 'separate',
    projector: { hidden: 16, output: 16 },
  });
  const parameters = initialParameters(network, stream(7, 'init'));
  const view = (seed: number) =>
    Float32Array.from({ length: BATCH * side * side * 3 }, (_, i) => 2 * hashedUniform(seed, i) - 1);
  const noise = gateDraws(network, BATCH, 3).map(logisticNoise);
  return {
    batch: BATCH,
    setup: {
      network,
      system: SYSTEMS['dual-gating'],
      objective: {
        invarianceWeight: 25,
        varianceWeight: 25,
        covarianceWeight: 1,
        budgetWeight: 30,
        boundWeight: 1,
        temperature: 0.66667,
        gatedLoss: 'sum',
        contrastTemperature: 0.2,
      },
      optimizer: { momentum: 0.9, weightDecay: 0, lars: null },
      images: { count: 0, size: side, pixels: new Uint8Array(0) },
      trainingNormalisation: RECIPES.cifar10.training,
      evaluationNormalisation: RECIPES.cifar10.evaluation,
      initial: {
        parameters,
        buffers: initialBuffers(network),
        momenta: initialMomenta(parameters),
      },
    },
    data: { batch: BATCH, views: [view(1), view(2)], noise: [noise, []] },
    settings: { learningRate: 0, aim: 0.3, boundWidth: 0.9 },
  };
}

/**
 * Compares one small forward and backward pass with stored numbers, to detect adapters that compute wrongly.
 * @param stem that of the network which is to be trained
 * @param measure runs the step of `selfTestStep`; by default on tfjs's active backend
 */
export async function runSelfTest(stem: Stem, measure = selfTestNumbers): Promise<SelfTest> {
  const started = performance.now();
  const measured = await measure(stem);
  const stored = STORED[stem];
  const errors = (Object.keys(stored) as (keyof SelfTestNumbers)[]).map((key) => {
    const error = Math.abs(measured[key] / stored[key] - 1);
    return Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
  });
  const worstError = Math.max(...errors);
  return {
    passed: worstError <= TOLERANCE,
    worstError,
    tolerance: TOLERANCE,
    ms: performance.now() - started,
  };
}

/** Loss, MAC ratio and gradient norms of the step on tfjs's active backend. */
export async function selfTestNumbers(stem: Stem): Promise<SelfTestNumbers> {
  const { setup, data, settings } = selfTestStep(stem);
  const { network, system, objective, initial } = setup;
  const specs = parameterSpecs(network);
  const { terms, gradients } = await differentiate(
    network,
    system,
    specs,
    specs.map((spec) => fromTorch(spec, initial.parameters.get(spec.name)!)),
    data,
    { ...objective, ...settings },
  );
  return numbersOf(terms, (name) => gradients[specs.findIndex((spec) => spec.name === name)]!);
}

/** The numbers that the self-test compares. */
export function numbersOf(terms: StepTerms, gradient: (name: string) => Float32Array): SelfTestNumbers {
  return {
    loss: terms.loss,
    macRatio: terms.macRatio ?? Number.NaN,
    stemGradient: norm(gradient('backbone.conv1.weight')),
    gateGradient: norm(gradient('backbone.layer3.0.mask_c.atten_c.3.weight')),
    projectorGradient: norm(gradient('projector.0.weight')),
  };
}

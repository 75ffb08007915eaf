import { gateDraws, logisticNoise } from '../network/gateNoise.ts';
import { buildNetwork } from '../network/layers.ts';
import { initialParameters, parameterSpecs } from '../network/parameters.ts';
import { SYSTEMS } from '../network/systems.ts';
import { hashedUniform, stream } from '../random.ts';
import { differentiate, type StepGradients } from './differentiate.ts';
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

/** What the step comes to, by plain JavaScript with tfjs's own gradients (selfTest.test.ts computes it anew). */
export const STORED: SelfTestNumbers = {
  loss: 39.95014,
  macRatio: 0.504016,
  stemGradient: 87.5524,
  gateGradient: 1.486988,
  projectorGradient: 23.81226,
};

const TOLERANCE = 1e-3;

/** One small forward and backward on the active backend against stored numbers: guards against wrong adapters. */
export async function runSelfTest(): Promise<SelfTest> {
  const started = performance.now();
  const measured = await selfTestNumbers();
  const errors = (Object.keys(STORED) as (keyof SelfTestNumbers)[]).map((key) => {
    const error = Math.abs(measured[key] / STORED[key] - 1);
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

/** Loss, MAC ratio and gradient norms of a width-4 dual-gating step on four 12 × 12 images of hashed noise. */
export async function selfTestNumbers(): Promise<SelfTestNumbers> {
  const batch = 4;
  const network = buildNetwork({
    input: 12,
    width: 4,
    stem: 'cifar',
    stemPadding: 1,
    gated: true,
    bn: 'separate',
    projector: { hidden: 16, output: 16 },
  });
  const specs = parameterSpecs(network);
  const initial = initialParameters(network, stream(7, 'init'));
  const view = (seed: number) =>
    Float32Array.from({ length: batch * 12 * 12 * 3 }, (_, i) => 2 * hashedUniform(seed, i) - 1);
  const noise = gateDraws(network, batch, 3).map(logisticNoise);
  const result = await differentiate(
    network,
    SYSTEMS['dual-gating'],
    specs,
    specs.map((spec) => fromTorch(spec, initial.get(spec.name)!)),
    { batch, views: [view(1), view(2)], noise: [noise, []] },
    {
      invarianceWeight: 25,
      varianceWeight: 25,
      covarianceWeight: 1,
      budgetWeight: 30,
      boundWeight: 1,
      temperature: 0.66667,
      budget: 0.3,
      corridor: 0.9,
      gatedPasses: 'sum',
    },
  );
  return numbersOf(result, (name) => specs.findIndex((spec) => spec.name === name));
}

function numbersOf({ terms, gradients }: StepGradients, place: (name: string) => number): SelfTestNumbers {
  const gradientNorm = (name: string) => norm(gradients[place(name)]!);
  return {
    loss: terms.loss,
    macRatio: terms.macRatio ?? Number.NaN,
    stemGradient: gradientNorm('backbone.conv1.weight'),
    gateGradient: gradientNorm('backbone.layer3.0.mask_c.atten_c.3.weight'),
    projectorGradient: gradientNorm('projector.0.weight'),
  };
}

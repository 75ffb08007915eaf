import { z } from 'zod';
import type { StepTerms } from '../../engine.ts';
import { differentiate, type StepData } from '../../method/differentiate.ts';
import { norm } from '../../method/optimizer.ts';
import { corridor } from '../../method/schedule.ts';
import { fromTorch } from '../../method/tensors.ts';
import { type ParameterSpec, parameterSpecs } from '../../network/parameters.ts';
import { SYSTEMS, type System } from '../../network/systems.ts';
import { floatArray, parseVectors } from './arrays.ts';
import {
  FEATURE_TOLERANCE,
  GRADIENT_TOLERANCE,
  LOSS_TOLERANCE,
  MEDIAN_TOLERANCE,
  relativeRow,
  scalarRow,
  tensorRows,
} from './compare.ts';
import { type DualStepVectors, dualProbe, readDualStep } from './dualStep.ts';
import { imageSides } from './layout.ts';
import type { CheckRow } from './row.ts';
import {
  type NamedArrays,
  namedNumbers,
  networkOf,
  objectiveOf,
  readWeights,
  requireNames,
  stepData,
  stepLosses,
  termsBeside,
} from './stepVectors.ts';

// Section e, variants: other systems on the weights, views and draws of the dual step.

const vectorsSchema = z.object({
  section: z.literal('e'),
  variants: z.object({
    baseline1_both_dense: z.object({
      loss: z.number(),
      sim: z.number(),
      var: z.number(),
      cov: z.number(),
      grad_norm: namedNumbers,
    }),
    baseline2_both_gated: z.object({
      U_view2: z.array(floatArray),
      vicreg: z.number(),
      rloss1: z.number(),
      bloss1: z.number(),
      rloss2: z.number(),
      bloss2: z.number(),
      total: z.number(),
      grad_norm: namedNumbers,
    }),
    dual_shared_bn: z.object({
      losses: stepLosses,
      grad_norm: namedNumbers,
      feats_gated: floatArray,
      feats_dense: floatArray,
    }),
  }),
});

/**
 * Losses and gradient norms of both baselines and of dual gating with shared BatchNorms.
 * @param weights the vectors of e_weights.json
 * @param dualStep the vectors of e_dual_step.json, whose views and draws are used
 * @throws Error when the vectors are not of the known schema
 */
export async function checkVariants(
  vectors: unknown,
  weights: unknown,
  dualStep: unknown,
): Promise<CheckRow[]> {
  const { variants } = parseVectors('e (variants)', vectorsSchema, vectors);
  const step = readDualStep(dualStep);
  const parameters = readWeights(weights);
  return [
    ...(await checkBothDense(step, parameters, variants.baseline1_both_dense)),
    ...(await checkBothGated(step, parameters, variants.baseline2_both_gated)),
    ...(await checkSharedBn(step, parameters, variants.dual_shared_bn)),
  ];
}

type Variants = z.infer<typeof vectorsSchema>['variants'];

async function checkBothDense(
  step: DualStepVectors,
  parameters: NamedArrays,
  expected: Variants['baseline1_both_dense'],
): Promise<CheckRow[]> {
  const name = 'e both dense (baseline 1)';
  const data = stepData(step.view1, step.view2, [[], []]);
  const got = await run(step, SYSTEMS.vicreg, parameters, data);
  const { loss, invariance, variance, covariance } = got.terms;
  return [
    scalarRow(
      `${name} losses`,
      {
        loss: [loss, expected.loss],
        sim: [invariance, expected.sim],
        var: [variance, expected.var],
        cov: [covariance, expected.cov],
      },
      LOSS_TOLERANCE,
    ),
    ...normRows(name, got, expected.grad_norm),
  ];
}

async function checkBothGated(
  step: DualStepVectors,
  parameters: NamedArrays,
  expected: Variants['baseline2_both_gated'],
): Promise<CheckRow[]> {
  const name = 'e both gated (baseline 2)';
  const data = stepData(step.view1, step.view2, [step.U, expected.U_view2]);
  const got = await run(step, SYSTEMS['vicreg-gating'], parameters, data);
  const { loss, budgetLoss, boundLoss } = got.terms;
  return [
    scalarRow(
      `${name} losses`,
      {
        total: [loss, expected.total],
        vicreg: [loss - budgetLoss - boundLoss, expected.vicreg],
        rloss: [budgetLoss, (expected.rloss1 + expected.rloss2) / 2],
        bloss: [boundLoss, (expected.bloss1 + expected.bloss2) / 2],
      },
      LOSS_TOLERANCE,
    ),
    ...normRows(name, got, expected.grad_norm),
  ];
}

async function checkSharedBn(
  step: DualStepVectors,
  parameters: NamedArrays,
  expected: Variants['dual_shared_bn'],
): Promise<CheckRow[]> {
  const name = 'e shared BatchNorms';
  const data = stepData(step.view1, step.view2, [step.U, []]);
  const got = await run(step, SYSTEMS['dual-gating'], sharedBn(parameters), data);
  const { losses } = expected;
  return [
    scalarRow(`${name} losses`, termsBeside(got.terms, losses), LOSS_TOLERANCE),
    relativeRow(`${name} features, gated`, got.probed[0]!, expected.feats_gated.values, FEATURE_TOLERANCE),
    relativeRow(`${name} features, dense`, got.probed[1]!, expected.feats_dense.values, FEATURE_TOLERANCE),
    ...normRows(name, got, expected.grad_norm),
  ];
}

interface Differentiated {
  readonly specs: readonly ParameterSpec[];
  readonly terms: StepTerms;
  readonly gradients: readonly Float32Array[];
  readonly probed: readonly Float32Array[];
}

async function run(
  { config, view1 }: DualStepVectors,
  system: System,
  parameters: NamedArrays,
  data: StepData,
): Promise<Differentiated> {
  const network = networkOf(parameters, imageSides(view1)[2]);
  const specs = parameterSpecs(network);
  const result = await differentiate(
    network,
    system,
    specs,
    specs.map((spec) => fromTorch(spec, parameters[spec.name]!.values)),
    data,
    {
      ...objectiveOf(config),
      budget: config.t_d,
      corridor: corridor(config.epoch, config.alpha),
      gatedPasses: 'mean',
    },
    dualProbe,
  );
  return { specs, ...result };
}

function normRows(
  name: string,
  { specs, gradients }: Differentiated,
  expected: Readonly<Record<string, number>>,
): CheckRow[] {
  requireNames(`gradient norms of ${name}`, Object.keys(expected), specs);
  const pairs = specs.map((spec, i) => ({
    name: spec.name,
    got: [norm(gradients[i]!)],
    expected: [expected[spec.name]!],
  }));
  return tensorRows(`${name} gradient norms`, pairs, {
    each: GRADIENT_TOLERANCE,
    median: MEDIAN_TOLERANCE,
  });
}

/** One BatchNorm per convolution of a block, with the values of the gated branch's. */
function sharedBn(parameters: NamedArrays): NamedArrays {
  const dense = /\.bn[12]_t\./;
  const kept = Object.entries(parameters).filter(([name]) => !dense.test(name));
  return Object.fromEntries(kept.map(([name, array]) => [name.replace(/(\.bn[12])_s\./, '$1.'), array]));
}

import { z } from 'zod';
import type { StepData } from '../method/differentiate.ts';
import { norm } from '../method/optimizer.ts';
import { boundWidth } from '../method/schedule.ts';
import { SYSTEMS, type System } from '../network/systems.ts';
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
import { type DualStepVectors, readDualStep } from './dualStep.ts';
import { imageSides } from './layout.ts';
import type { CheckRow } from './row.ts';
import {
  type NamedArrays,
  namedNumbers,
  networkOf,
  objectiveOf,
  partNormsBeside,
  readWeights,
  requireNames,
  setupOf,
  stepData,
  stepLosses,
  termsBeside,
} from './stepVectors.ts';
import type { TakenStep, UnderTest } from './underTest.ts';

// Section e, variants: other systems with the weights, views and draws of the dual step.

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
 * Checks losses and gradient norms of both baselines and of dual gating with shared BatchNorms.
 * @param weights the vectors of e_weights.json
 * @param dualStep the vectors of e_dual_step.json, whose views and draws are used
 * @throws Error when the vectors are not of the known schema
 */
export async function checkVariants(
  vectors: unknown,
  weights: unknown,
  dualStep: unknown,
  underTest: UnderTest,
): Promise<CheckRow[]> {
  const { variants } = parseVectors('e (variants)', vectorsSchema, vectors);
  const step = readDualStep(dualStep);
  const parameters = readWeights(weights);
  const run: Run = (system, weightsOf, data) => takeStep(underTest, step, system, weightsOf, data);
  return [
    ...(await checkBothDense(run, step, parameters, variants.baseline1_both_dense)),
    ...(await checkBothGated(run, step, parameters, variants.baseline2_both_gated)),
    ...(await checkSharedBn(run, step, parameters, variants.dual_shared_bn)),
  ];
}

type Variants = z.infer<typeof vectorsSchema>['variants'];

async function checkBothDense(
  run: Run,
  step: DualStepVectors,
  parameters: NamedArrays,
  expected: Variants['baseline1_both_dense'],
): Promise<CheckRow[]> {
  const name = 'e both dense (baseline 1)';
  const data = stepData(step.view1, step.view2, [[], []]);
  const got = await run(SYSTEMS.vicreg, parameters, data);
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
  run: Run,
  step: DualStepVectors,
  parameters: NamedArrays,
  expected: Variants['baseline2_both_gated'],
): Promise<CheckRow[]> {
  const name = 'e both gated (baseline 2)';
  const data = stepData(step.view1, step.view2, [step.U, expected.U_view2]);
  const got = await run(SYSTEMS['vicreg-gating'], parameters, data);
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
  run: Run,
  step: DualStepVectors,
  parameters: NamedArrays,
  expected: Variants['dual_shared_bn'],
): Promise<CheckRow[]> {
  const name = 'e shared BatchNorms';
  const data = stepData(step.view1, step.view2, [step.U, []]);
  const got = await run(SYSTEMS['dual-gating'], sharedBn(parameters), data);
  const { losses } = expected;
  return [
    scalarRow(`${name} losses`, termsBeside(got.terms, losses), LOSS_TOLERANCE),
    relativeRow(`${name} features, gated`, got.features[0], expected.feats_gated.values, FEATURE_TOLERANCE),
    relativeRow(`${name} features, dense`, got.features[1], expected.feats_dense.values, FEATURE_TOLERANCE),
    ...normRows(name, got, expected.grad_norm),
  ];
}

/** Takes one step of a system from given weights on given data. */
type Run = (system: System, parameters: NamedArrays, data: StepData) => Promise<TakenStep>;

function takeStep(
  underTest: UnderTest,
  { config, view1 }: DualStepVectors,
  system: System,
  parameters: NamedArrays,
  data: StepData,
): Promise<TakenStep> {
  const network = networkOf(parameters, imageSides(view1)[2]);
  const setup = setupOf(network, system, parameters, {
    objective: objectiveOf(config),
    optimizer: { momentum: 0, weightDecay: 0, lars: null },
  });
  return underTest.differentiate(setup, data, {
    learningRate: 0,
    aim: config.t_d,
    boundWidth: boundWidth(config.epoch, config.alpha),
  });
}

function normRows(
  name: string,
  { gradients, terms }: TakenStep,
  expected: Readonly<Record<string, number>>,
): CheckRow[] {
  const specs = [...gradients.keys()].map((key) => ({ name: key }));
  requireNames(`gradient norms of ${name}`, Object.keys(expected), specs);
  const pairs = [...gradients].map(([key, values]) => ({
    name: key,
    got: [norm(values)],
    expected: [expected[key]!],
  }));
  return [
    ...tensorRows(`${name} gradient norms`, pairs, {
      each: GRADIENT_TOLERANCE,
      median: MEDIAN_TOLERANCE,
    }),
    scalarRow(`${name} gradient norms by part`, partNormsBeside(terms, expected), LOSS_TOLERANCE),
  ];
}

/** One BatchNorm per convolution of a block, with the values of the gated branch's. */
function sharedBn(parameters: NamedArrays): NamedArrays {
  const dense = /\.bn[12]_t\./;
  const kept = Object.entries(parameters).filter(([name]) => !dense.test(name));
  return Object.fromEntries(kept.map(([name, array]) => [name.replace(/(\.bn[12])_s\./, '$1.'), array]));
}

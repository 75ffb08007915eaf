import { z } from 'zod';
import { norm } from '../method/optimizer.ts';
import { boundWidth } from '../method/schedule.ts';
import type { Network } from '../network/layers.ts';
import { gatedMacs } from '../network/macs.ts';
import { parameterSpecs } from '../network/parameters.ts';
import { SYSTEMS } from '../network/systems.ts';
import { type FloatArray, floatArray, parseVectors } from './arrays.ts';
import {
  exactRow,
  FEATURE_TOLERANCE,
  FORMULA_TOLERANCE,
  GRADIENT_TOLERANCE,
  LOSS_TOLERANCE,
  MEDIAN_TOLERANCE,
  relativeRow,
  scalarRow,
  tensorRows,
} from './compare.ts';
import { channelsLast, imageSides } from './layout.ts';
import type { CheckRow } from './row.ts';
import {
  type NamedArrays,
  namedArrays,
  networkOf,
  objectiveOf,
  partNormsBeside,
  passTermsBeside,
  readWeights,
  requireNames,
  setupOf,
  stepConfig,
  stepData,
  stepLosses,
  termsBeside,
} from './stepVectors.ts';
import type { TakenStep, Trained, UnderTest } from './underTest.ts';

// Section e: one whole dual-gating step from given weights, and the evaluation forward after it.

const vectorsSchema = z.object({
  section: z.literal('e'),
  config: stepConfig.extend({ epoch: z.number() }),
  view1: floatArray,
  view2: floatArray,
  gates: z.array(z.string()),
  U: z.array(floatArray),
  losses: stepLosses,
  feats_gated: floatArray,
  feats_dense: floatArray,
  z_gated: floatArray,
  z_dense: floatArray,
  dloss_dfeats_gated: floatArray,
  dloss_dfeats_dense: floatArray,
  dloss_dz_gated: floatArray,
  dloss_dz_dense: floatArray,
  gate_logits: z.array(floatArray),
  masks: z.array(floatArray),
  grads: namedArrays,
  buffers_after: namedArrays,
  eval_after: z.object({
    feats_gated: floatArray,
    feats_dense: floatArray,
    masks: z.array(floatArray),
    logits: z.array(floatArray),
    flops_ratio: z.number(),
  }),
});
export type DualStepVectors = z.infer<typeof vectorsSchema>;

/** Throws when `vectors` are not of the known schema. */
export function readDualStep(vectors: unknown): DualStepVectors {
  return parseVectors('e (dual step)', vectorsSchema, vectors);
}

/**
 * Checks section e: losses, features, embeddings, gates, every gradient, running statistics and the
 * evaluation.
 * @param weights the vectors of e_weights.json
 * @throws Error when the vectors are not of the known schema
 */
export async function checkDualStep(
  vectors: unknown,
  weights: unknown,
  underTest: UnderTest,
): Promise<CheckRow[]> {
  const file = readDualStep(vectors);
  const parameters = readWeights(weights);
  const [batch, , side] = imageSides(file.view1);
  const network = networkOf(parameters, side);
  const setup = setupOf(network, SYSTEMS['dual-gating'], parameters, {
    objective: objectiveOf(file.config),
    // The step has length 0, so running statistics move and weights stay.
    optimizer: { momentum: 0, weightDecay: 0, lars: null },
  });
  const p = boundWidth(file.config.epoch, file.config.alpha);
  const engine = await underTest.open(setup, batch);
  try {
    const step = await engine.stepOn(stepData(file.view1, file.view2, [file.U, []]), {
      learningRate: 0,
      aim: file.config.t_d,
      boundWidth: p,
    });
    const { losses } = file;
    const misnamed = network.blocks.filter((block, l) => block.name !== file.gates[l]).length;
    return [
      exactRow('e gates by name', [misnamed], [0]),
      scalarRow('e losses', termsBeside(step.terms, losses), LOSS_TOLERANCE),
      scalarRow('e corridor p', { p: [p, losses.p] }, FORMULA_TOLERANCE),
      exactRow('e dense MACs', [network.denseMacs], [losses.flops_orig]),
      scalarRow(
        'e variance and covariance by pass',
        passTermsBeside(step.terms, [file.z_gated, file.z_dense]),
        LOSS_TOLERANCE,
      ),
      scalarRow('e gradient norms by part', partNormsBeside(step.terms, normsOf(file.grads)), LOSS_TOLERANCE),
      ...forwardRows(file, step),
      ...gradientRows(network, step, file.grads),
      ...(await leafRows(file, step)),
      ...tensorRows('e running statistics', await bufferPairs(engine, file.buffers_after), {
        each: FEATURE_TOLERANCE,
        median: MEDIAN_TOLERANCE,
      }),
      ...(await evaluationRows(file, network, engine)),
    ];
  } finally {
    engine.dispose();
  }
}

function normsOf(gradients: NamedArrays): Record<string, number> {
  return Object.fromEntries(Object.entries(gradients).map(([name, { values }]) => [name, norm(values)]));
}

function forwardRows(file: DualStepVectors, { features, embeddings, gates, logits }: TakenStep): CheckRow[] {
  return [
    relativeRow('e features, gated', features[0], file.feats_gated.values, FEATURE_TOLERANCE),
    relativeRow('e features, dense', features[1], file.feats_dense.values, FEATURE_TOLERANCE),
    relativeRow('e z, gated', embeddings[0], file.z_gated.values, FEATURE_TOLERANCE),
    relativeRow('e z, dense', embeddings[1], file.z_dense.values, FEATURE_TOLERANCE),
    relativeRow('e gate logits', joined(logits), joinedArrays(file.gate_logits), FEATURE_TOLERANCE),
    exactRow('e masks', joined(gates), joinedArrays(file.masks).map(Math.round)),
  ];
}

function gradientRows(network: Network, { gradients }: TakenStep, expected: NamedArrays): CheckRow[] {
  const specs = parameterSpecs(network);
  requireNames('gradients of e', Object.keys(expected), specs);
  const pairs = specs.map(({ name }) => ({
    name,
    got: gradients.get(name)!,
    expected: expected[name]!.values,
  }));
  return tensorRows('e gradients', pairs, { each: GRADIENT_TOLERANCE, median: MEDIAN_TOLERANCE });
}

async function leafRows(file: DualStepVectors, step: TakenStep): Promise<CheckRow[]> {
  const { features, embeddings } = await step.leafGradients();
  const gradientRow = (of: string, values: Float32Array, expected: FloatArray) =>
    relativeRow(`e dloss/d${of}`, values, expected.values, GRADIENT_TOLERANCE);
  return [
    gradientRow('z, gated', embeddings[0], file.dloss_dz_gated),
    gradientRow('z, dense', embeddings[1], file.dloss_dz_dense),
    gradientRow('features, gated', features[0], file.dloss_dfeats_gated),
    gradientRow('features, dense', features[1], file.dloss_dfeats_dense),
  ];
}

/** The engine's running statistics beside the file's. */
export async function bufferPairs(engine: Trained, expected: NamedArrays) {
  const { buffers } = await engine.state();
  const specs = [...buffers].map(([name, values]) => ({ name, values }));
  requireNames('running statistics', Object.keys(expected), specs);
  return specs.map(({ name, values }) => ({ name, got: values, expected: expected[name]!.values }));
}

async function evaluationRows(file: DualStepVectors, network: Network, engine: Trained): Promise<CheckRow[]> {
  const [batch] = imageSides(file.view1);
  const views = channelsLast(file.view1);
  const gated = await engine.evaluate(views, 'gated');
  const dense = await engine.evaluate(views, 'dense');
  const expected = file.eval_after;
  const open = gated.gates.map((gate) => gate.reduce((sum, value) => sum + value, 0) / batch);
  return [
    relativeRow(
      'e evaluation features, gated',
      gated.features,
      expected.feats_gated.values,
      FEATURE_TOLERANCE,
    ),
    relativeRow(
      'e evaluation features, dense',
      dense.features,
      expected.feats_dense.values,
      FEATURE_TOLERANCE,
    ),
    relativeRow(
      'e evaluation gate logits',
      joined(gated.logits),
      joinedArrays(expected.logits),
      FEATURE_TOLERANCE,
    ),
    exactRow('e evaluation masks', joined(gated.gates), joinedArrays(expected.masks).map(Math.round)),
    scalarRow(
      'e evaluation MAC ratio',
      { ratio: [gatedMacs(network, open) / network.denseMacs, expected.flops_ratio] },
      FORMULA_TOLERANCE,
    ),
  ];
}

/** Joins several arrays one after the other. */
export function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Joins the values of several arrays of a file one after the other. */
export function joinedArrays(arrays: readonly FloatArray[]): Float32Array {
  return joined(arrays.map(({ values }) => values));
}

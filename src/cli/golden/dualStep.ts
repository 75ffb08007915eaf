import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import type { Weights } from '../../method/encoder.ts';
import { project } from '../../method/projector.ts';
import { corridor } from '../../method/schedule.ts';
import { fromTorch } from '../../method/tensors.ts';
import type { TfjsEngine } from '../../method/tfjsEngine.ts';
import type { Objective, StepLosses } from '../../method/trainStep.ts';
import { vicreg } from '../../method/vicreg.ts';
import type { Branch } from '../../metrics.ts';
import type { Network } from '../../network/layers.ts';
import { gatedMacs } from '../../network/macs.ts';
import { parameterSpecs } from '../../network/parameters.ts';
import { SYSTEMS } from '../../network/systems.ts';
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
import { channelsLast, imageSides, matrixTensor, read, weightTensor } from './layout.ts';
import type { CheckRow } from './row.ts';
import {
  engineOf,
  type NamedArrays,
  namedArrays,
  networkOf,
  objectiveOf,
  readWeights,
  requireNames,
  stepConfig,
  stepData,
  stepLosses,
  termsBeside,
} from './stepVectors.ts';

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
 * Losses, features, embeddings, gates, every gradient, running statistics and the evaluation forward of section e.
 * @param weights the vectors of e_weights.json
 * @throws Error when the vectors are not of the known schema
 */
export async function checkDualStep(vectors: unknown, weights: unknown): Promise<CheckRow[]> {
  const file = readDualStep(vectors);
  const parameters = readWeights(weights);
  const network = networkOf(parameters, imageSides(file.view1)[2]);
  const objective = objectiveOf(file.config);
  const engine = engineOf(network, SYSTEMS['dual-gating'], parameters, {
    objective,
    // A step of length 0: running statistics move, weights stay.
    optimizer: { momentum: 0, weightDecay: 0, lars: null },
  });
  const p = corridor(file.config.epoch, file.config.alpha);
  const step = await engine.stepOn(
    stepData(file.view1, file.view2, [file.U, []]),
    { learningRate: 0, budget: file.config.t_d, corridor: p },
    dualProbe,
  );
  const { losses } = file;
  const misnamed = network.blocks.filter((block, l) => block.name !== file.gates[l]).length;
  return [
    exactRow('e gates by name', [misnamed], [0]),
    scalarRow('e losses', termsBeside(step.terms, losses), LOSS_TOLERANCE),
    scalarRow('e corridor p', { p: [p, losses.p] }, FORMULA_TOLERANCE),
    exactRow('e dense MACs', [network.denseMacs], [losses.flops_orig]),
    ...forwardRows(file, step.probed),
    ...gradientRows('e', network, step.gradients, file.grads),
    ...(await leafRows(file, network, parameters, { ...objective, budget: file.config.t_d, corridor: p })),
    ...tensorRows('e running statistics', await bufferPairs(engine, file.buffers_after), {
      each: FEATURE_TOLERANCE,
      median: MEDIAN_TOLERANCE,
    }),
    ...(await evaluationRows(file, network, engine)),
  ];
}

/** Features and embeddings of both passes, then the gates and the logits of the first. */
export function dualProbe({ passes: [first, second] }: StepLosses): readonly tf.Tensor[] {
  const { gates = [], logits = [] } = first.gated ?? {};
  return [first.features, second.features, first.embedding, second.embedding, ...gates, ...logits];
}

function forwardRows(file: DualStepVectors, probed: readonly Float32Array[]): CheckRow[] {
  const [featsGated, featsDense, zGated, zDense, ...rest] = probed;
  const gates = rest.slice(0, rest.length / 2);
  const logits = rest.slice(rest.length / 2);
  return [
    relativeRow('e features, gated', featsGated!, file.feats_gated.values, FEATURE_TOLERANCE),
    relativeRow('e features, dense', featsDense!, file.feats_dense.values, FEATURE_TOLERANCE),
    relativeRow('e z, gated', zGated!, file.z_gated.values, FEATURE_TOLERANCE),
    relativeRow('e z, dense', zDense!, file.z_dense.values, FEATURE_TOLERANCE),
    relativeRow('e gate logits', joined(logits), joinedArrays(file.gate_logits), FEATURE_TOLERANCE),
    exactRow('e masks', joined(gates), joinedArrays(file.masks).map(Math.round)),
  ];
}

/** Gradients of every parameter, in the engine's layout, against those of the file. */
export function gradientRows(
  section: string,
  network: Network,
  gradients: readonly Float32Array[],
  expected: NamedArrays,
): CheckRow[] {
  const specs = parameterSpecs(network);
  requireNames(`gradients of ${section}`, Object.keys(expected), specs);
  const pairs = specs.map((spec, i) => ({
    name: spec.name,
    got: gradients[i]!,
    expected: fromTorch(spec, expected[spec.name]!.values),
  }));
  return tensorRows(`${section} gradients`, pairs, {
    each: GRADIENT_TOLERANCE,
    median: MEDIAN_TOLERANCE,
  });
}

/** Gradients at the embeddings and at the features, with the file's own values as leaves. */
async function leafRows(
  file: DualStepVectors,
  network: Network,
  parameters: NamedArrays,
  objective: Omit<Objective, 'gatedPasses'>,
): Promise<CheckRow[]> {
  const got = await read(() => {
    const tensors = new Map(Object.entries(parameters).map(([name, array]) => [name, weightTensor(array)]));
    const weights: Weights = { network, parameter: (name) => tensors.get(name)!, note: () => {} };
    const total = (z1: tf.Tensor, z2: tf.Tensor) =>
      vicreg(z1 as tf.Tensor2D, z2 as tf.Tensor2D, objective).total as tf.Tensor;
    const [zGated, zDense] = tf.grads((z1, z2) => total(z1!, z2!))([
      matrixTensor(file.z_gated),
      matrixTensor(file.z_dense),
    ]) as [tf.Tensor, tf.Tensor];
    const [featsGated, featsDense] = tf.grads((f1, f2) =>
      total(project(weights, f1 as tf.Tensor2D), project(weights, f2 as tf.Tensor2D)),
    )([matrixTensor(file.feats_gated), matrixTensor(file.feats_dense)]) as [tf.Tensor, tf.Tensor];
    return { zGated, zDense, featsGated, featsDense };
  });
  const gradientRow = (of: string, values: Float32Array, expected: FloatArray) =>
    relativeRow(`e dloss/d${of}`, values, expected.values, GRADIENT_TOLERANCE);
  return [
    gradientRow('z, gated', got.zGated, file.dloss_dz_gated),
    gradientRow('z, dense', got.zDense, file.dloss_dz_dense),
    gradientRow('features, gated', got.featsGated, file.dloss_dfeats_gated),
    gradientRow('features, dense', got.featsDense, file.dloss_dfeats_dense),
  ];
}

/** The engine's running statistics beside the file's. */
export async function bufferPairs(engine: TfjsEngine, expected: NamedArrays) {
  const { buffers } = await engine.state();
  const specs = [...buffers].map(([name, values]) => ({ name, values }));
  requireNames('running statistics', Object.keys(expected), specs);
  return specs.map(({ name, values }) => ({ name, got: values, expected: expected[name]!.values }));
}

async function evaluationRows(
  file: DualStepVectors,
  network: Network,
  engine: TfjsEngine,
): Promise<CheckRow[]> {
  const [n, c, h, w] = imageSides(file.view1);
  const pixels = channelsLast(file.view1);
  const forward = async (branch: Branch) => {
    const { features, gates, logits } = engine.evaluate(pixels, [n, h, w, c], branch);
    const values = {
      features: await features.data<'float32'>(),
      gates: await Promise.all(gates.map((gate) => gate.data<'float32'>())),
      logits: await Promise.all(logits.map((logit) => logit.data<'float32'>())),
    };
    tf.dispose([features, ...gates, ...logits]);
    return values;
  };
  const gated = await forward('gated');
  const dense = await forward('dense');
  const expected = file.eval_after;
  const open = gated.gates.map((gate) => gate.reduce((sum, value) => sum + value, 0) / n);
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

/** Several arrays one after the other. */
export function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The values of several arrays of a file one after the other. */
export function joinedArrays(arrays: readonly FloatArray[]): Float32Array {
  return joined(arrays.map(({ values }) => values));
}

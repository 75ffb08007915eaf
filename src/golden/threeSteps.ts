import { z } from 'zod';
import type { OptimizerSettings } from '../engine.ts';
import { descend, norm } from '../method/optimizer.ts';
import { boundWidth, learningRate } from '../method/schedule.ts';
import type { Network } from '../network/layers.ts';
import { parameterSpecs, weightDecayOf } from '../network/parameters.ts';
import { SYSTEMS } from '../network/systems.ts';
import { type FloatArray, floatArray, parseVectors, type SampledArray, sampledArray } from './arrays.ts';
import {
  exactRow,
  FEATURE_TOLERANCE,
  FORMULA_TOLERANCE,
  GRADIENT_TOLERANCE,
  LOSS_TOLERANCE,
  MEDIAN_TOLERANCE,
  type Pair,
  row,
  scalarRow,
  tensorRows,
  worst,
} from './compare.ts';
import { bufferPairs, joined, joinedArrays } from './dualStep.ts';
import { imageSides } from './layout.ts';
import type { CheckRow } from './row.ts';
import {
  type NamedArrays,
  namedArrays,
  namedNumbers,
  networkOf,
  objectiveOf,
  readWeights,
  requireNames,
  setupOf,
  stepConfig,
  stepData,
  stepLosses,
  termsBeside,
} from './stepVectors.ts';
import type { Trained, UnderTest } from './underTest.ts';

// Section f: three LARS-SGD steps from the weights of e, one per epoch of the schedule.

/**
 * Tolerances of gradient norms, of LARS scales, and of parameters relative to how far they moved. The medians
 * have more room than those of a single step: float32 may put an activation near 0 on either side of a ReLU's
 * kink, and later steps amplify the difference.
 */
const STEP_TOLERANCES = { each: GRADIENT_TOLERANCE, median: 1e-3 };
/** Tolerances of the norms of whole parameters, of which the update is a small part. */
const NORM_TOLERANCES = { each: 1e-2, median: 1e-5 };
/**
 * Tolerance of large tensors. Norms are relative to the norm, sums to norm · √n, the largest possible sum.
 */
const LARGE_TOLERANCE = 1e-4;

const configSchema = stepConfig.extend({
  momentum: z.number(),
  nesterov: z.literal(false).default(false),
  lr: z.number(),
  weight_decay: z.number(),
  eta_lars: z.number(),
  grad_clip_lars: z.boolean(),
  exclude_bias_n_norm: z.boolean(),
  max_epochs: z.number().int(),
  warmup_epochs: z.number().int(),
  warmup_start_lr: z.number(),
  min_lr: z.number(),
});
type Config = z.infer<typeof configSchema>;

const stepSchema = stepLosses.extend({
  epoch: z.number(),
  lr: z.number(),
  grad_norm: namedNumbers,
  lars_scale: namedNumbers,
  param_norm_after: namedNumbers,
});

const vectorsSchema = z.object({
  section: z.literal('f'),
  config: configSchema,
  data: z.array(z.object({ view1: floatArray, view2: floatArray, U: z.array(floatArray) })).min(1),
  steps: z.array(stepSchema),
  masks: z.array(z.array(floatArray)),
  final_params: z.record(z.string(), z.union([floatArray, sampledArray])),
  final_buffers: namedArrays,
});
type Vectors = z.infer<typeof vectorsSchema>;

/**
 * Checks the losses, gates, norms and LARS scales of every step, and the weights and running statistics at
 * the end.
 * @param weights the vectors of e_weights.json
 * @throws Error when the vectors are not of the known schema
 */
export async function checkThreeSteps(
  vectors: unknown,
  weights: unknown,
  underTest: UnderTest,
): Promise<CheckRow[]> {
  const file = parseVectors('f (three steps)', vectorsSchema, vectors);
  if (file.steps.length !== file.data.length || file.masks.length !== file.data.length) {
    throw new Error(
      `golden vectors f (three steps): data, steps and masks must be equally many, got ${file.data.length}, ${file.steps.length} and ${file.masks.length}`,
    );
  }
  const initial = readWeights(weights);
  const [batch, , side] = imageSides(file.data[0]!.view1);
  const network = networkOf(initial, side);
  const setup = setupOf(network, SYSTEMS['dual-gating'], initial, {
    objective: objectiveOf(file.config),
    optimizer: optimizerOf(file.config),
  });
  const engine = await underTest.open(setup, batch);
  try {
    const rows: CheckRow[] = [];
    for (const index of file.data.keys()) rows.push(...(await checkStep(file, index, network, engine)));
    const { parameters } = await engine.state();
    rows.push(
      ...finalRows(network, initial, parameters, file.final_params),
      ...tensorRows('f running statistics at the end', await bufferPairs(engine, file.final_buffers), {
        each: FEATURE_TOLERANCE,
        median: MEDIAN_TOLERANCE,
      }),
    );
    return rows;
  } finally {
    engine.dispose();
  }
}

async function checkStep(
  { config, data, steps, masks }: Vectors,
  index: number,
  network: Network,
  engine: Trained,
): Promise<CheckRow[]> {
  const { view1, view2, U } = data[index]!;
  const expected = steps[index]!;
  const lr = learningRate(expected.epoch, {
    ticks: config.max_epochs,
    warmupTicks: config.warmup_epochs,
    startRate: config.warmup_start_lr,
    peakRate: config.lr,
    endRate: config.min_lr,
  });
  const p = boundWidth(expected.epoch, config.alpha);
  const before = await engine.state();
  const step = await engine.stepOn(stepData(view1, view2, [U, []]), {
    learningRate: lr,
    aim: config.t_d,
    boundWidth: p,
  });
  const { parameters } = await engine.state();
  const specs = parameterSpecs(network);
  const gradients = specs.map(({ name }) => step.gradients.get(name)!);
  const optimizer = optimizerOf(config);
  // The engine does not return its LARS scales, so the same optimiser computes them again on copies.
  const scales = specs.map((spec, i) =>
    descend(
      {
        values: before.parameters.get(spec.name)!,
        momentum: before.momenta.get(spec.name)!,
        axes: spec.shape.length,
        weightDecay: weightDecayOf(spec, optimizer),
      },
      gradients[i]!,
      lr,
      optimizer,
    ),
  );
  const name = `f step ${index}`;
  const numbers = (what: string, values: Readonly<Record<string, number>>, got: (i: number) => number) => {
    requireNames(`${what} of ${name}`, Object.keys(values), specs);
    return specs.map((spec, i) => ({ name: spec.name, got: [got(i)], expected: [values[spec.name]!] }));
  };
  const scaled = specs.flatMap((spec, i) =>
    spec.shape.length > 1 ? [{ name: spec.name, scale: scales[i]! }] : [],
  );
  requireNames(`LARS scales of ${name}`, Object.keys(expected.lars_scale), scaled);
  return [
    scalarRow(`${name} losses`, termsBeside(step.terms, expected), LOSS_TOLERANCE),
    scalarRow(`${name} rate and p`, { lr: [lr, expected.lr], p: [p, expected.p] }, FORMULA_TOLERANCE),
    exactRow(`${name} dense MACs`, [network.denseMacs], [expected.flops_orig]),
    exactRow(`${name} masks`, joined(step.gates), joinedArrays(masks[index]!).map(Math.round)),
    ...tensorRows(
      `${name} gradient norms`,
      numbers('gradient norms', expected.grad_norm, (i) => norm(gradients[i]!)),
      STEP_TOLERANCES,
    ),
    ...tensorRows(
      `${name} LARS scales`,
      scaled.map((spec) => ({
        name: spec.name,
        got: [spec.scale],
        expected: [expected.lars_scale[spec.name]!],
      })),
      STEP_TOLERANCES,
    ),
    ...tensorRows(
      `${name} parameter norms after it`,
      numbers('parameter norms', expected.param_norm_after, (i) => norm(parameters.get(specs[i]!.name)!)),
      NORM_TOLERANCES,
    ),
  ];
}

/** Rows that compare how far each tensor moved with how far the reference's moved. */
function finalRows(
  network: Network,
  initial: NamedArrays,
  parameters: ReadonlyMap<string, Float32Array>,
  expected: Readonly<Record<string, FloatArray | SampledArray>>,
): CheckRow[] {
  const specs = parameterSpecs(network);
  requireNames('parameters at the end', Object.keys(expected), specs);
  const updates: Pair[] = [];
  const large: number[] = [];
  for (const { name } of specs) {
    const from = initial[name]!.values;
    const to = parameters.get(name)!;
    const reference = expected[name]!;
    if ('values' in reference) {
      updates.push({ name, got: difference(to, from), expected: difference(reference.values, from) });
    } else {
      const { every, samples } = reference;
      const start = everyNth(from, every);
      updates.push({
        name,
        got: difference(everyNth(to, every), start),
        expected: difference(samples, start),
      });
      const sum = to.reduce((total, value) => total + value, 0);
      large.push(Math.abs(norm(to) / reference.norm - 1));
      large.push(Math.abs(sum - reference.sum) / (reference.norm * Math.sqrt(to.length)));
    }
  }
  return [
    ...tensorRows('f parameters at the end, of the update', updates, STEP_TOLERANCES),
    row('f norms and sums of large parameters at the end', worst(large), LARGE_TOLERANCE, 'relative'),
  ];
}

function optimizerOf(config: Config): OptimizerSettings {
  return {
    momentum: config.momentum,
    weightDecay: config.weight_decay,
    lars: { eta: config.eta_lars, clip: config.grad_clip_lars, exclude1d: config.exclude_bias_n_norm },
  };
}

function difference(to: Float32Array, from: Float32Array): Float32Array {
  if (to.length !== from.length) {
    throw new Error(
      `golden vectors f (three steps): a tensor of ${from.length} values ended with ${to.length}`,
    );
  }
  return to.map((value, i) => value - from[i]!);
}

/** Elements 0, every, 2·every, … */
function everyNth(values: Float32Array, every: number): Float32Array {
  return values.filter((_, i) => i % every === 0);
}

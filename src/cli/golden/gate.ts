import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { type BatchStatistics, updateRunning } from '../../method/batchNorm.ts';
import { gateLogits, type PassWeights } from '../../method/encoder.ts';
import { evalGateLogits } from '../../method/evalForward.ts';
import { hardGate, sampleGate } from '../../method/gate.ts';
import { logisticNoise } from '../../network/gateNoise.ts';
import { gateMacs } from '../../network/layers.ts';
import { floatArray, parseVectors } from './arrays.ts';
import {
  exactRow,
  FEATURE_TOLERANCE,
  GRADIENT_TOLERANCE,
  MEDIAN_TOLERANCE,
  relativeRow,
  tensorRows,
} from './compare.ts';
import {
  channelsFirst,
  imageSides,
  imageTensor,
  matrixTensor,
  read,
  weightTensor,
  weightValues,
} from './layout.ts';
import type { CheckRow } from './row.ts';

// Section b: the Gumbel gate on logits [N, C, 1, 1], and the mask module (gate head and gate) on images.

const gateCase = z.object({
  tau: z.number().positive(),
  logits: floatArray,
  U: floatArray,
  upstream: floatArray,
  noise: floatArray,
  hard: floatArray,
  dlogits: floatArray,
  hard_eval: floatArray,
});

const headParameters = z.object({
  'atten_c.0.weight': floatArray,
  'atten_c.1.weight': floatArray,
  'atten_c.1.bias': floatArray,
  'atten_c.3.weight': floatArray,
});
type ParameterName = keyof z.infer<typeof headParameters>;

const moduleCase = z.object({
  tau: z.number().positive(),
  params: headParameters.extend({
    'atten_c.1.running_mean': floatArray,
    'atten_c.1.running_var': floatArray,
  }),
  x: floatArray,
  U: floatArray,
  upstream: floatArray,
  logits: floatArray,
  mask: floatArray,
  norm: floatArray,
  norm_t: z.number(),
  dx: floatArray,
  dparams: headParameters,
  running_mean_after: floatArray,
  running_var_after: floatArray,
  mask_eval: floatArray,
  norm_eval: floatArray,
  mask_flops: z.number(),
});

const vectorsSchema = z.object({
  section: z.literal('b'),
  gate: z.array(gateCase).min(1),
  mask_module: z.array(moduleCase).min(1),
});

/**
 * Every case of section b on tfjs's current backend.
 * @throws Error when the vectors are not of the known schema
 */
export async function checkGate(vectors: unknown): Promise<CheckRow[]> {
  const file = parseVectors('b (gate)', vectorsSchema, vectors);
  const rows: CheckRow[] = [];
  for (const [i, expected] of file.gate.entries()) rows.push(...(await checkSample(`b gate ${i}`, expected)));
  for (const [i, expected] of file.mask_module.entries()) {
    rows.push(...(await checkModule(`b mask module ${i}`, expected)));
  }
  return rows;
}

async function checkSample(name: string, expected: z.infer<typeof gateCase>): Promise<CheckRow[]> {
  const noise = logisticNoise(expected.U.values);
  const got = await read(() => {
    const logits = matrixTensor(expected.logits);
    const drawn = tf.tensor2d(noise, logits.shape);
    const sample = (input: tf.Tensor) => sampleGate(input as tf.Tensor2D, drawn, expected.tau);
    return {
      hard: sample(logits),
      dlogits: tf.grad(sample)(logits, matrixTensor(expected.upstream)),
      hardEval: hardGate(logits),
    };
  });
  return [
    relativeRow(`${name} noise`, noise, expected.noise.values, FEATURE_TOLERANCE),
    exactRow(`${name} sample`, got.hard, whole(expected.hard.values)),
    relativeRow(
      `${name} straight-through gradient`,
      got.dlogits,
      expected.dlogits.values,
      GRADIENT_TOLERANCE,
    ),
    exactRow(`${name} in evaluation`, got.hardEval, whole(expected.hard_eval.values)),
  ];
}

async function checkModule(name: string, expected: z.infer<typeof moduleCase>): Promise<CheckRow[]> {
  const [batch, inChannels] = imageSides(expected.x);
  const [, channels] = imageSides(expected.mask);
  const { train, running } = await trainHead(expected);
  const evaluated = await read(() => ({
    mask: hardGate(evalGateLogits((key) => weightOf(expected, key), BLOCK, imageTensor(expected.x))),
  }));
  const gradients = PARAMETERS.map((key) => ({
    name: key,
    got: weightValues(train[key], expected.dparams[key]),
    expected: expected.dparams[key].values,
  }));
  const dx = channelsFirst(train.dx, expected.x);
  const bottleneck = expected.params['atten_c.0.weight'].shape[0]!;
  return [
    relativeRow(`${name} logits`, train.logits, expected.logits.values, FEATURE_TOLERANCE),
    exactRow(`${name} mask`, train.mask, whole(expected.mask.values)),
    exactRow(`${name} open channels`, rowSums(train.mask, batch), whole(expected.norm.values)),
    exactRow(`${name} channels`, [channels], [expected.norm_t]),
    ...tensorRows(`${name} gradients`, [{ name: 'x', got: dx, expected: expected.dx.values }, ...gradients], {
      each: GRADIENT_TOLERANCE,
      median: MEDIAN_TOLERANCE,
    }),
    relativeRow(`${name} running mean`, running.mean, expected.running_mean_after.values, FEATURE_TOLERANCE),
    relativeRow(
      `${name} running variance`,
      running.variance,
      expected.running_var_after.values,
      FEATURE_TOLERANCE,
    ),
    exactRow(`${name} mask in evaluation`, evaluated.mask, whole(expected.mask_eval.values)),
    exactRow(
      `${name} open channels in evaluation`,
      rowSums(evaluated.mask, batch),
      whole(expected.norm_eval.values),
    ),
    exactRow(`${name} MACs`, [gateMacs(inChannels, bottleneck, channels)], [expected.mask_flops]),
  ];
}

const BLOCK = { name: 'block' };
const PREFIX = 'backbone.block.mask_c.';
const PARAMETERS: readonly ParameterName[] = [
  'atten_c.0.weight',
  'atten_c.1.weight',
  'atten_c.1.bias',
  'atten_c.3.weight',
];

/** Forward, backward of sum(mask · upstream), and the running statistics after it. */
async function trainHead(expected: z.infer<typeof moduleCase>) {
  const noted: BatchStatistics[] = [];
  const train = await read(() => {
    const x = imageTensor(expected.x);
    const leaves = PARAMETERS.map((key) => weightTensor(expected.params[key]));
    const noise = tf.tensor2d(logisticNoise(expected.U.values), matrixTensor(expected.U).shape);
    const logitsOf = (input: tf.Tensor, parameters: readonly tf.Tensor[], note: PassWeights['note']) =>
      gateLogits(
        { parameter: (key) => parameters[PARAMETERS.indexOf(parameterName(key))]!, note },
        BLOCK,
        input as tf.Tensor4D,
      );
    const logits = logitsOf(x, leaves, (statistics) => noted.push(statistics));
    const gradients = tf.grads((input, ...parameters) =>
      sampleGate(
        logitsOf(input!, parameters, () => {}),
        noise,
        expected.tau,
      ),
    )([x, ...leaves], matrixTensor(expected.upstream));
    return {
      logits,
      mean: noted[0]!.mean,
      variance: noted[0]!.variance,
      mask: sampleGate(logits, noise, expected.tau),
      dx: gradients[0]!,
      'atten_c.0.weight': gradients[1]!,
      'atten_c.1.weight': gradients[2]!,
      'atten_c.1.bias': gradients[3]!,
      'atten_c.3.weight': gradients[4]!,
    };
  });
  const running = {
    mean: expected.params['atten_c.1.running_mean'].values.slice(),
    variance: expected.params['atten_c.1.running_var'].values.slice(),
  };
  updateRunning(running, { mean: train.mean, variance: train.variance, count: noted[0]!.count });
  return { train, running };
}

function parameterName(key: string): ParameterName {
  const found = PARAMETERS.find((name) => `${PREFIX}${name}` === key);
  if (found === undefined) throw new Error(`golden vectors b (gate): the module has no parameter ${key}`);
  return found;
}

/** A parameter or running statistic as a tensor; the caller owns it. */
function weightOf({ params }: z.infer<typeof moduleCase>, key: string): tf.Tensor {
  const name = key.slice(PREFIX.length);
  if (name === 'atten_c.1.running_mean' || name === 'atten_c.1.running_var')
    return weightTensor(params[name]);
  return weightTensor(params[parameterName(key)]);
}

function rowSums(values: Float32Array, rows: number): number[] {
  const length = values.length / rows;
  return Array.from({ length: rows }, (_, i) =>
    values.subarray(i * length, (i + 1) * length).reduce((sum, value) => sum + value, 0),
  );
}

/** Straight-through masks as the reference dumps them may be off a whole number by rounding. */
function whole(values: Float32Array): Float32Array {
  return values.map(Math.round);
}

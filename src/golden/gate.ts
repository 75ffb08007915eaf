import { z } from 'zod';
import { logisticNoise } from '../network/gateNoise.ts';
import { gateMacs } from '../network/layers.ts';
import { floatArray, parseVectors } from './arrays.ts';
import {
  exactRow,
  FEATURE_TOLERANCE,
  GRADIENT_TOLERANCE,
  MEDIAN_TOLERANCE,
  relativeRow,
  tensorRows,
} from './compare.ts';
import { imageSides } from './layout.ts';
import type { CheckRow } from './row.ts';
import { GATE_PARAMETERS, type UnderTest } from './underTest.ts';

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
 * Checks every case of section b.
 * @throws Error when the vectors are not of the known schema
 */
export async function checkGate(vectors: unknown, underTest: UnderTest): Promise<CheckRow[]> {
  const file = parseVectors('b (gate)', vectorsSchema, vectors);
  const rows: CheckRow[] = [];
  for (const [i, expected] of file.gate.entries())
    rows.push(...(await checkSample(`b gate ${i}`, expected, underTest)));
  for (const [i, expected] of file.mask_module.entries()) {
    rows.push(...(await checkModule(`b mask module ${i}`, expected, underTest)));
  }
  return rows;
}

async function checkSample(
  name: string,
  expected: z.infer<typeof gateCase>,
  underTest: UnderTest,
): Promise<CheckRow[]> {
  const noise = logisticNoise(expected.U.values);
  const got = await underTest.sampleGate(expected.logits, noise, expected.upstream, expected.tau);
  return [
    relativeRow(`${name} noise`, noise, expected.noise.values, FEATURE_TOLERANCE),
    exactRow(`${name} sample`, got.sample, whole(expected.hard.values)),
    relativeRow(
      `${name} straight-through gradient`,
      got.gradient,
      expected.dlogits.values,
      GRADIENT_TOLERANCE,
    ),
    exactRow(`${name} in evaluation`, got.evaluated, whole(expected.hard_eval.values)),
  ];
}

async function checkModule(
  name: string,
  expected: z.infer<typeof moduleCase>,
  underTest: UnderTest,
): Promise<CheckRow[]> {
  const { x, params, upstream, tau: temperature } = expected;
  const [batch, inChannels] = imageSides(x);
  const [, channels] = imageSides(expected.mask);
  const got = await underTest.gateHead({
    x,
    parameters: params,
    running: { mean: params['atten_c.1.running_mean'], variance: params['atten_c.1.running_var'] },
    noise: logisticNoise(expected.U.values),
    upstream,
    temperature,
  });
  const gradients = GATE_PARAMETERS.map((key) => ({
    name: key,
    got: got.gradients[key],
    expected: expected.dparams[key].values,
  }));
  const bottleneck = params['atten_c.0.weight'].shape[0]!;
  return [
    relativeRow(`${name} logits`, got.logits, expected.logits.values, FEATURE_TOLERANCE),
    exactRow(`${name} mask`, got.mask, whole(expected.mask.values)),
    exactRow(`${name} open channels`, rowSums(got.mask, batch), whole(expected.norm.values)),
    exactRow(`${name} channels`, [channels], [expected.norm_t]),
    ...tensorRows(
      `${name} gradients`,
      [{ name: 'x', got: got.dx, expected: expected.dx.values }, ...gradients],
      { each: GRADIENT_TOLERANCE, median: MEDIAN_TOLERANCE },
    ),
    relativeRow(
      `${name} running mean`,
      got.runningMean,
      expected.running_mean_after.values,
      FEATURE_TOLERANCE,
    ),
    relativeRow(
      `${name} running variance`,
      got.runningVariance,
      expected.running_var_after.values,
      FEATURE_TOLERANCE,
    ),
    exactRow(`${name} mask in evaluation`, got.evaluated, whole(expected.mask_eval.values)),
    exactRow(
      `${name} open channels in evaluation`,
      rowSums(got.evaluated, batch),
      whole(expected.norm_eval.values),
    ),
    exactRow(`${name} MACs`, [gateMacs(inChannels, bottleneck, channels)], [expected.mask_flops]),
  ];
}

function rowSums(values: Float32Array, rows: number): number[] {
  const length = values.length / rows;
  return Array.from({ length: rows }, (_, i) =>
    values.subarray(i * length, (i + 1) * length).reduce((sum, value) => sum + value, 0),
  );
}

/**
 * Rounds straight-through masks, because the reference's may differ from whole numbers by rounding errors.
 */
function whole(values: Float32Array): Float32Array {
  return values.map(Math.round);
}

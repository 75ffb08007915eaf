import { z } from 'zod';
import { type FloatArray, floatArray, parseVectors } from './arrays.ts';
import {
  FEATURE_TOLERANCE,
  GRADIENT_TOLERANCE,
  MEDIAN_TOLERANCE,
  relativeRow,
  tensorRows,
} from './compare.ts';
import type { CheckRow } from './row.ts';
import type { UnderTest } from './underTest.ts';

// Section j: single operations on images [N, C, H, W] or rows [N, C], and the gradients of sum(y · upstream).

const convCase = z.object({
  stride: z.number().int().positive(),
  padding: z.number().int().nonnegative(),
  x: floatArray,
  w: floatArray,
  y: floatArray,
  upstream: floatArray,
  dx: floatArray,
  dw: floatArray,
});

const bnCase = z.object({
  state: z.object({
    weight: floatArray,
    bias: floatArray,
    running_mean: floatArray,
    running_var: floatArray,
  }),
  x: floatArray,
  y_train: floatArray,
  y_eval: floatArray,
  upstream: floatArray,
  dx: floatArray,
  dweight: floatArray,
  dbias: floatArray,
  running_mean_after: floatArray,
  running_var_after: floatArray,
});

const linearCase = z.object({
  w: floatArray,
  b: floatArray,
  x: floatArray,
  y: floatArray,
  upstream: floatArray,
  dx: floatArray,
  dw: floatArray,
  db: floatArray,
});

const poolCase = z.object({
  kind: z.literal('maxpool3s2p1'),
  x: floatArray,
  y: floatArray,
  upstream: floatArray,
  dx: floatArray,
});

const vectorsSchema = z.object({
  section: z.literal('j'),
  conv: z.array(convCase),
  bn: z.array(bnCase),
  linear: z.array(linearCase),
  pool: z.array(poolCase),
});

const GRADIENTS = { each: GRADIENT_TOLERANCE, median: MEDIAN_TOLERANCE };

/**
 * Checks every case of section j.
 * @throws Error when the vectors are not of the known schema
 */
export async function checkOperations(vectors: unknown, underTest: UnderTest): Promise<CheckRow[]> {
  const file = parseVectors('j (operations)', vectorsSchema, vectors);
  const rows: CheckRow[] = [];
  for (const expected of file.conv) rows.push(...(await checkConv(expected, underTest)));
  for (const expected of file.bn) rows.push(...(await checkBn(expected, underTest)));
  for (const expected of file.linear) rows.push(...(await checkLinear(expected, underTest)));
  for (const expected of file.pool) rows.push(...(await checkPool(expected, underTest)));
  return rows;
}

async function checkConv(expected: z.infer<typeof convCase>, underTest: UnderTest): Promise<CheckRow[]> {
  const { stride, padding, x, w } = expected;
  const got = await underTest.convolve(expected);
  const name = `j conv x [${x.shape}], w [${w.shape}], stride ${stride}, padding ${padding}`;
  return [
    relativeRow(`${name}, y`, got.y, expected.y.values, FEATURE_TOLERANCE),
    ...tensorRows(
      `${name}, gradients`,
      [
        { name: 'x', got: got.dx, expected: expected.dx.values },
        { name: 'w', got: got.dw, expected: expected.dw.values },
      ],
      GRADIENTS,
    ),
  ];
}

async function checkBn(expected: z.infer<typeof bnCase>, underTest: UnderTest): Promise<CheckRow[]> {
  const got = await underTest.batchNorm(expected);
  const name = `j BatchNorm x [${expected.x.shape}]`;
  const close = (of: string, values: Float32Array, reference: FloatArray) =>
    relativeRow(`${name}, ${of}`, values, reference.values, FEATURE_TOLERANCE);
  return [
    close('y in training', got.trained, expected.y_train),
    close('y in evaluation', got.evaluated, expected.y_eval),
    close('running mean', got.runningMean, expected.running_mean_after),
    close('running variance', got.runningVariance, expected.running_var_after),
    ...tensorRows(
      `${name}, gradients`,
      [
        { name: 'x', got: got.dx, expected: expected.dx.values },
        { name: 'weight', got: got.dweight, expected: expected.dweight.values },
        { name: 'bias', got: got.dbias, expected: expected.dbias.values },
      ],
      GRADIENTS,
    ),
  ];
}

async function checkLinear(expected: z.infer<typeof linearCase>, underTest: UnderTest): Promise<CheckRow[]> {
  const got = await underTest.linear(expected);
  const name = `j linear x [${expected.x.shape}], w [${expected.w.shape}]`;
  return [
    relativeRow(`${name}, y`, got.y, expected.y.values, FEATURE_TOLERANCE),
    ...tensorRows(
      `${name}, gradients`,
      [
        { name: 'x', got: got.dx, expected: expected.dx.values },
        { name: 'w', got: got.dw, expected: expected.dw.values },
        { name: 'b', got: got.db, expected: expected.db.values },
      ],
      GRADIENTS,
    ),
  ];
}

async function checkPool(
  { x, ...expected }: z.infer<typeof poolCase>,
  underTest: UnderTest,
): Promise<CheckRow[]> {
  const got = await underTest.maxPool(x, expected.upstream);
  const name = `j max-pool x [${x.shape}]`;
  return [
    relativeRow(`${name}, y`, got.y, expected.y.values, FEATURE_TOLERANCE),
    relativeRow(`${name}, gradient`, got.dx, expected.dx.values, GRADIENT_TOLERANCE),
  ];
}

import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { type BatchStatistics, updateRunning } from '../../method/batchNorm.ts';
import { convolve } from '../../method/convolution.ts';
import { normalised, type PassWeights } from '../../method/encoder.ts';
import { runningAffine } from '../../method/evalForward.ts';
import { stemPool } from '../../method/pooling.ts';
import { linear } from '../../method/projector.ts';
import { type FloatArray, floatArray, parseVectors } from './arrays.ts';
import {
  FEATURE_TOLERANCE,
  GRADIENT_TOLERANCE,
  MEDIAN_TOLERANCE,
  relativeRow,
  tensorRows,
} from './compare.ts';
import { channelsFirst, imageTensor, matrixTensor, read, weightTensor, weightValues } from './layout.ts';
import type { CheckRow } from './row.ts';

// Section j: single operations on images [N, C, H, W] or rows [N, C]; gradients are of sum(y · upstream).

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
 * Every case of section j on tfjs's current backend.
 * @throws Error when the vectors are not of the known schema
 */
export async function checkOperations(vectors: unknown): Promise<CheckRow[]> {
  const file = parseVectors('j (operations)', vectorsSchema, vectors);
  const rows: CheckRow[] = [];
  for (const expected of file.conv) rows.push(...(await checkConv(expected)));
  for (const expected of file.bn) rows.push(...(await checkBn(expected)));
  for (const expected of file.linear) rows.push(...(await checkLinear(expected)));
  for (const expected of file.pool) rows.push(...(await checkPool(expected)));
  return rows;
}

async function checkConv(expected: z.infer<typeof convCase>): Promise<CheckRow[]> {
  const { stride, padding, x, w } = expected;
  const got = await read(() => {
    const input = imageTensor(x);
    const filter = weightTensor(w) as tf.Tensor4D;
    const op = (image: tf.Tensor, kernel: tf.Tensor) =>
      convolve(image as tf.Tensor4D, kernel as tf.Tensor4D, stride, padding) as tf.Tensor;
    const [dx, dw] = tf.grads((image, kernel) => op(image!, kernel!))(
      [input, filter],
      imageTensor(expected.upstream),
    ) as [tf.Tensor, tf.Tensor];
    return { y: op(input, filter), dx, dw };
  });
  const name = `j conv x [${x.shape}], w [${w.shape}], stride ${stride}, padding ${padding}`;
  return [
    relativeRow(`${name}, y`, channelsFirst(got.y, expected.y), expected.y.values, FEATURE_TOLERANCE),
    ...tensorRows(
      `${name}, gradients`,
      [
        { name: 'x', got: channelsFirst(got.dx, expected.dx), expected: expected.dx.values },
        { name: 'w', got: weightValues(got.dw, expected.dw), expected: expected.dw.values },
      ],
      GRADIENTS,
    ),
  ];
}

async function checkBn(expected: z.infer<typeof bnCase>): Promise<CheckRow[]> {
  const { state, x } = expected;
  const noted: BatchStatistics[] = [];
  const got = await read(() => {
    const input = rowsOrImages(x);
    const vectors = { weight: weightTensor(state.weight), bias: weightTensor(state.bias) };
    const op = (value: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor, note: PassWeights['note']) =>
      normalised({ parameter: (name) => (name === 'bn.weight' ? weight : bias), note }, 'bn', value, false);
    const train = op(input, vectors.weight, vectors.bias, (statistics) => noted.push(statistics));
    const [dx, dweight, dbias] = tf.grads((value, weight, bias) => op(value!, weight!, bias!, () => {}))(
      [input, vectors.weight, vectors.bias],
      rowsOrImages(expected.upstream),
    ) as [tf.Tensor, tf.Tensor, tf.Tensor];
    const { scale, shift } = runningAffine(
      (name) => weightTensor(state[name.slice('bn.'.length) as keyof typeof state]),
      'bn',
    );
    const { mean, variance } = noted[0]!;
    return { train, mean, variance, evaluated: tf.add(tf.mul(input, scale), shift), dx, dweight, dbias };
  });
  const running = { mean: state.running_mean.values.slice(), variance: state.running_var.values.slice() };
  updateRunning(running, { mean: got.mean, variance: got.variance, count: noted[0]!.count });
  const name = `j BatchNorm x [${x.shape}]`;
  const close = (of: string, values: Float32Array, reference: FloatArray) =>
    relativeRow(`${name}, ${of}`, values, reference.values, FEATURE_TOLERANCE);
  return [
    close('y in training', channelsFirst(got.train, x), expected.y_train),
    close('y in evaluation', channelsFirst(got.evaluated, x), expected.y_eval),
    close('running mean', running.mean, expected.running_mean_after),
    close('running variance', running.variance, expected.running_var_after),
    ...tensorRows(
      `${name}, gradients`,
      [
        { name: 'x', got: channelsFirst(got.dx, x), expected: expected.dx.values },
        { name: 'weight', got: got.dweight, expected: expected.dweight.values },
        { name: 'bias', got: got.dbias, expected: expected.dbias.values },
      ],
      GRADIENTS,
    ),
  ];
}

async function checkLinear(expected: z.infer<typeof linearCase>): Promise<CheckRow[]> {
  const got = await read(() => {
    const inputs = [matrixTensor(expected.x), weightTensor(expected.w), weightTensor(expected.b)];
    const op = (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor) =>
      linear({ parameter: (name) => (name === 'fc.weight' ? w : b) }, 'fc', x as tf.Tensor2D) as tf.Tensor;
    const [dx, dw, db] = tf.grads((x, w, b) => op(x!, w!, b!))(inputs, matrixTensor(expected.upstream)) as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
    ];
    return { y: op(inputs[0]!, inputs[1]!, inputs[2]!), dx, dw, db };
  });
  const name = `j linear x [${expected.x.shape}], w [${expected.w.shape}]`;
  return [
    relativeRow(`${name}, y`, got.y, expected.y.values, FEATURE_TOLERANCE),
    ...tensorRows(
      `${name}, gradients`,
      [
        { name: 'x', got: got.dx, expected: expected.dx.values },
        { name: 'w', got: weightValues(got.dw, expected.dw), expected: expected.dw.values },
        { name: 'b', got: got.db, expected: expected.db.values },
      ],
      GRADIENTS,
    ),
  ];
}

async function checkPool(expected: z.infer<typeof poolCase>): Promise<CheckRow[]> {
  const got = await read(() => {
    const x = imageTensor(expected.x);
    const op = (image: tf.Tensor) => stemPool(image as tf.Tensor4D) as tf.Tensor;
    return { y: op(x), dx: tf.grad(op)(x, imageTensor(expected.upstream)) };
  });
  const name = `j max-pool x [${expected.x.shape}]`;
  return [
    relativeRow(`${name}, y`, channelsFirst(got.y, expected.y), expected.y.values, FEATURE_TOLERANCE),
    relativeRow(
      `${name}, gradient`,
      channelsFirst(got.dx, expected.x),
      expected.dx.values,
      GRADIENT_TOLERANCE,
    ),
  ];
}

/** Images [N, C, H, W] as [N, H, W, C]; rows [N, C] as they are. */
function rowsOrImages(array: FloatArray): tf.Tensor {
  return array.shape.length === 2 ? matrixTensor(array) : imageTensor(array);
}

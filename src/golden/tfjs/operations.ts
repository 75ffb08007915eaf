import * as tf from '@tensorflow/tfjs';
import { type BatchStatistics, updateRunning } from '../../method/batchNorm.ts';
import { convolve } from '../../method/convolution.ts';
import { normalised, type PassWeights } from '../../method/encoder.ts';
import { runningAffine } from '../../method/evalForward.ts';
import { stemPool } from '../../method/pooling.ts';
import { linear } from '../../method/projector.ts';
import type { FloatArray } from '../arrays.ts';
import { channelsFirst, imageTensor, matrixTensor, read, weightTensor, weightValues } from '../layout.ts';
import type { UnderTest } from '../underTest.ts';

export const convolveTfjs: UnderTest['convolve'] = async ({ x, w, stride, padding, upstream }) => {
  const got = await read(() => {
    const input = imageTensor(x);
    const filter = weightTensor(w) as tf.Tensor4D;
    const op = (image: tf.Tensor, kernel: tf.Tensor) =>
      convolve(image as tf.Tensor4D, kernel as tf.Tensor4D, stride, padding) as tf.Tensor;
    const [dx, dw] = tf.grads((image, kernel) => op(image!, kernel!))([input, filter], imageTensor(upstream));
    return { y: op(input, filter), dx: dx!, dw: dw! };
  });
  return {
    y: channelsFirst(got.y, upstream),
    dx: channelsFirst(got.dx, x),
    dw: weightValues(got.dw, w),
  };
};

export const batchNormTfjs: UnderTest['batchNorm'] = async ({ x, state, upstream }) => {
  const noted: BatchStatistics[] = [];
  const got = await read(() => {
    const input = rowsOrImages(x);
    const op = (value: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor, note: PassWeights['note']) =>
      normalised({ parameter: (name) => (name === 'bn.weight' ? weight : bias), note }, 'bn', value, false);
    const [weight, bias] = [weightTensor(state.weight), weightTensor(state.bias)];
    const trained = op(input, weight, bias, (statistics) => noted.push(statistics));
    const [dx, dweight, dbias] = tf.grads((value, scale, shift) => op(value!, scale!, shift!, () => {}))(
      [input, weight, bias],
      rowsOrImages(upstream),
    );
    const { scale, shift } = runningAffine(
      (name) => weightTensor(state[name.slice('bn.'.length) as keyof typeof state]),
      'bn',
    );
    const { mean, variance } = noted[0]!;
    const evaluated = tf.add(tf.mul(input, scale), shift);
    return { trained, mean, variance, evaluated, dx: dx!, dweight: dweight!, dbias: dbias! };
  });
  const running = { mean: state.running_mean.values.slice(), variance: state.running_var.values.slice() };
  updateRunning(running, { mean: got.mean, variance: got.variance, count: noted[0]!.count });
  return {
    trained: channelsFirst(got.trained, x),
    evaluated: channelsFirst(got.evaluated, x),
    runningMean: running.mean,
    runningVariance: running.variance,
    dx: channelsFirst(got.dx, x),
    dweight: got.dweight,
    dbias: got.dbias,
  };
};

export const linearTfjs: UnderTest['linear'] = async ({ x, w, b, upstream }) => {
  const got = await read(() => {
    const inputs = [matrixTensor(x), weightTensor(w), weightTensor(b)];
    const op = (input: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor) =>
      linear(
        { parameter: (name) => (name === 'fc.weight' ? weight : bias) },
        'fc',
        input as tf.Tensor2D,
      ) as tf.Tensor;
    const [dx, dw, db] = tf.grads((input, weight, bias) => op(input!, weight!, bias!))(
      inputs,
      matrixTensor(upstream),
    );
    return { y: op(inputs[0]!, inputs[1]!, inputs[2]!), dx: dx!, dw: dw!, db: db! };
  });
  return { ...got, dw: weightValues(got.dw, w) };
};

export const maxPoolTfjs: UnderTest['maxPool'] = async (x, upstream) => {
  const got = await read(() => {
    const input = imageTensor(x);
    const op = (image: tf.Tensor) => stemPool(image as tf.Tensor4D) as tf.Tensor;
    return { y: op(input), dx: tf.grad(op)(input, imageTensor(upstream)) };
  });
  return { y: channelsFirst(got.y, upstream), dx: channelsFirst(got.dx, x) };
};

/** Images [N, C, H, W] as [N, H, W, C]; rows [N, C] as they are. */
function rowsOrImages(array: FloatArray): tf.Tensor {
  return array.shape.length === 2 ? matrixTensor(array) : imageTensor(array);
}

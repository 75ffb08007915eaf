import * as tf from '@tensorflow/tfjs';
import { forGradient } from './retain.ts';
import { allocate, pointer, simdKernels } from './simd.ts';

/** PyTorch's BatchNorm constants. */
export const BN_EPSILON = 1e-5;
export const BN_MOMENTUM = 0.1;

/** Mean and biased variance per channel, [C] each. */
export interface Moments {
  readonly mean: tf.Tensor1D;
  readonly variance: tf.Tensor1D;
}

/** Batch statistics of one BatchNorm in one pass, for its running statistics. */
export interface BatchStatistics extends Moments {
  /** Name of the BatchNorm, e.g. backbone.layer1.0.bn1_s. */
  readonly layer: string;
  /** Values per channel. */
  readonly count: number;
}

/** Mean and biased variance per channel over all other axes of x [.., C]. */
export function channelMoments(x: tf.Tensor): Moments {
  const kernels = simdKernels(x);
  if (kernels === null) return composedMoments(x);
  const [n, p, c] = imageShape(x);
  const mean = allocate([c]) as tf.Tensor1D;
  const variance = allocate([c]) as tf.Tensor1D;
  kernels.moments(pointer(x), n, p, c, pointer(mean), pointer(variance));
  return { mean, variance };
}

/**
 * BatchNorm with the batch's own statistics: (x − mean) / √(variance + ε) · weight + bias over x [.., C];
 * with `relu` it is clamped at zero in the same pass. The gradient treats mean and variance as functions of
 * x, in closed form: dx = weight/σ · (dy − mean(dy) − x̂ · mean(dy · x̂)).
 */
export function batchNorm(
  x: tf.Tensor,
  weight: tf.Tensor1D,
  bias: tf.Tensor1D,
  { mean, variance }: Moments,
  relu: boolean,
): tf.Tensor {
  const inverseStd = tf.rsqrt(tf.add(variance, BN_EPSILON)) as tf.Tensor1D; // [C]
  const op = tf.customGrad((...inputs) => {
    const [input, gamma, beta, save] = inputs as [tf.Tensor, tf.Tensor1D, tf.Tensor1D, tf.GradSaveFunc];
    const scale = tf.mul(gamma, inverseStd) as tf.Tensor1D;
    const shift = tf.sub(beta, tf.mul(mean, scale)) as tf.Tensor1D;
    const value = affine(input, scale, shift, relu);
    const needed: SavedForGradient = relu
      ? [input, gamma, mean, inverseStd, value]
      : [input, gamma, mean, inverseStd];
    const back = forGradient(save, needed);
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => batchNormGradient(dy, back(saved)),
    };
  });
  return op(x, weight, bias);
}

/** x [.., C], weight, mean and 1/σ [C]; and the output if a ReLU followed. */
type SavedForGradient =
  | readonly [tf.Tensor, tf.Tensor1D, tf.Tensor1D, tf.Tensor1D]
  | readonly [tf.Tensor, tf.Tensor1D, tf.Tensor1D, tf.Tensor1D, tf.Tensor];

function batchNormGradient(
  dy: tf.Tensor,
  [x, weight, mean, inverseStd, rectified]: SavedForGradient,
): [tf.Tensor, tf.Tensor1D, tf.Tensor1D] {
  const count = x.size / mean.size;
  const { dWeight, dBias } = parameterGradients(dy, rectified, x, mean, inverseStd);
  // dx = scale·u − a·x − b, where a and b hold everything that is per channel.
  const scale = tf.mul(weight, inverseStd) as tf.Tensor1D;
  const a = tf.mul(tf.mul(scale, inverseStd), tf.div(dWeight, count)) as tf.Tensor1D;
  const b = tf.sub(tf.mul(scale, tf.div(dBias, count)), tf.mul(a, mean)) as tf.Tensor1D;
  return [inputGradient(dy, rectified, x, { scale, a, b }), dWeight, dBias];
}

// Each pass over a map exists twice: as a SIMD kernel, and composed of tfjs ops. The second serves all other
// backends and shapes, and is the kernel's reference.

/** relu(scale · x + shift), or without the relu. */
function affine(x: tf.Tensor, scale: tf.Tensor1D, shift: tf.Tensor1D, relu: boolean): tf.Tensor {
  const kernels = simdKernels(x);
  if (kernels === null) {
    const value = tf.add(tf.mul(x, scale), shift);
    return relu ? tf.relu(value) : value;
  }
  const [n, p, c] = imageShape(x);
  const y = allocate(x.shape);
  kernels.affine(pointer(x), pointer(scale), pointer(shift), pointer(y), n * p, c, relu ? 1 : 0);
  return y;
}

/** dBias = Σ u and dWeight = Σ u · x̂, where u = dy passed back through the ReLU, if there was one. */
function parameterGradients(
  dy: tf.Tensor,
  rectified: tf.Tensor | undefined,
  x: tf.Tensor,
  mean: tf.Tensor1D,
  inverseStd: tf.Tensor1D,
): { dWeight: tf.Tensor1D; dBias: tf.Tensor1D } {
  const kernels = simdKernels(x);
  if (kernels === null) {
    const u = perImage(upstream(dy, rectified));
    const dBias = channelSum(u);
    const dWeight = tf.mul(channelSum(tf.mul(u, tf.sub(perImage(x), mean))), inverseStd) as tf.Tensor1D;
    return { dWeight, dBias };
  }
  const [n, p, c] = imageShape(x);
  const dWeight = allocate([c]) as tf.Tensor1D;
  const dBias = allocate([c]) as tf.Tensor1D;
  kernels.sums(
    pointer(dy),
    pointer(rectified ?? dy),
    pointer(x),
    pointer(mean),
    pointer(inverseStd),
    n,
    p,
    c,
    rectified === undefined ? 0 : 1,
    pointer(dWeight),
    pointer(dBias),
  );
  return { dWeight, dBias };
}

/** scale·u − a·x − b. */
function inputGradient(
  dy: tf.Tensor,
  rectified: tf.Tensor | undefined,
  x: tf.Tensor,
  { scale, a, b }: { scale: tf.Tensor1D; a: tf.Tensor1D; b: tf.Tensor1D },
): tf.Tensor {
  const kernels = simdKernels(x);
  if (kernels === null) {
    return tf.sub(tf.mul(upstream(dy, rectified), scale), tf.add(tf.mul(x, a), b));
  }
  const [n, p, c] = imageShape(x);
  const dx = allocate(x.shape);
  kernels.inputGradient(
    pointer(dy),
    pointer(rectified ?? dy),
    pointer(x),
    pointer(scale),
    pointer(a),
    pointer(b),
    pointer(dx),
    n * p,
    c,
    rectified === undefined ? 0 : 1,
  );
  return dx;
}

/** Moves running statistics in place by one batch: mean and unbiased variance, momentum .1 (PyTorch). */
export function updateRunning(
  running: { mean: Float32Array; variance: Float32Array },
  batch: { mean: ArrayLike<number>; variance: ArrayLike<number>; count: number },
): void {
  const unbiased = batch.count / Math.max(batch.count - 1, 1);
  for (let c = 0; c < running.mean.length; c++) {
    running.mean[c] = (1 - BN_MOMENTUM) * running.mean[c]! + BN_MOMENTUM * batch.mean[c]!;
    running.variance[c] =
      (1 - BN_MOMENTUM) * running.variance[c]! + BN_MOMENTUM * batch.variance[c]! * unbiased;
  }
}

function composedMoments(x: tf.Tensor): Moments {
  const values = perImage(x);
  const count = values.shape[0] * values.shape[1];
  const mean = tf.div(channelSum(values), count) as tf.Tensor1D;
  const variance = tf.div(channelSum(tf.square(tf.sub(values, mean))), count) as tf.Tensor1D;
  return { mean, variance };
}

function upstream(dy: tf.Tensor, rectified: tf.Tensor | undefined): tf.Tensor {
  return rectified === undefined ? dy : tf.mul(dy, tf.step(rectified));
}

/** x [.., C] as N images of P pixels, or N rows. */
function imageShape(x: tf.Tensor): [n: number, p: number, c: number] {
  const n = x.shape[0]!;
  const c = x.shape.at(-1)!;
  return [n, x.size / (n * c), c];
}

function perImage(x: tf.Tensor): tf.Tensor3D {
  return tf.reshape(x, imageShape(x));
}

/**
 * Sums per channel of [N, P, C], as products with ones, because tfjs's own sum over a leading axis is several
 * times slower. It sums within each image first, then over images. One float32 running sum over all pixels of
 * a batch would lose digits, and the gradients of the first BatchNorm need them, since they are sums of
 * cancelling terms.
 */
function channelSum(values: tf.Tensor3D): tf.Tensor1D {
  const [n, p, c] = values.shape;
  const sums =
    p === 1 ? tf.reshape(values, [n, c]) : tf.reshape(tf.matMul(tf.ones([n, 1, p]), values), [n, c]);
  return tf.reshape(tf.matMul(tf.ones([1, n]), sums), [c]);
}

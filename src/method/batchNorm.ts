import * as tf from '@tensorflow/tfjs';

/** PyTorch's BatchNorm constants. */
export const BN_EPSILON = 1e-5;
export const BN_MOMENTUM = 0.1;

/** Batch statistics of one BatchNorm in one pass, for its running statistics. */
export interface BatchStatistics {
  /** Name of the BatchNorm, e.g. backbone.layer1.0.bn1_s. */
  readonly layer: string;
  /** [C] */
  readonly mean: tf.Tensor1D;
  /** [C], biased (divided by count). */
  readonly variance: tf.Tensor1D;
  /** Values per channel. */
  readonly count: number;
}

/** Mean and biased variance per channel over all other axes of x [.., C]. */
export function channelMoments(x: tf.Tensor): { mean: tf.Tensor1D; variance: tf.Tensor1D } {
  const values = perImage(x);
  const count = values.shape[0] * values.shape[1];
  const mean = tf.div(channelSum(values), count) as tf.Tensor1D;
  const variance = tf.div(channelSum(tf.square(tf.sub(values, mean))), count) as tf.Tensor1D;
  return { mean, variance };
}

/**
 * BatchNorm with the batch's own statistics: (x − mean) / √(variance + ε) · weight + bias over x [.., C], with
 * `relu` clamped at zero in the same pass. The gradient treats mean and variance as functions of x, in closed form:
 * dx = weight/σ · (dy − mean(dy) − x̂ · mean(dy · x̂)).
 */
export function batchNorm(
  x: tf.Tensor,
  weight: tf.Tensor1D,
  bias: tf.Tensor1D,
  { mean, variance }: { mean: tf.Tensor1D; variance: tf.Tensor1D },
  relu: boolean,
): tf.Tensor {
  const inverseStd = tf.rsqrt(tf.add(variance, BN_EPSILON)) as tf.Tensor1D; // [C]
  const op = tf.customGrad((...inputs) => {
    const [input, gamma, beta, save] = inputs as [tf.Tensor, tf.Tensor1D, tf.Tensor1D, tf.GradSaveFunc];
    const scale = tf.mul(gamma, inverseStd);
    const shift = tf.sub(beta, tf.mul(mean, scale));
    const affine = tf.add(tf.mul(input, scale), shift);
    const value = relu ? tf.relu(affine) : affine;
    save([input, gamma, mean, inverseStd, ...(relu ? [value] : [])]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => batchNormGradient(dy, saved as SavedForGradient),
    };
  });
  return op(x, weight, bias);
}

/** x [.., C], weight, mean and 1/σ [C], and the output where a ReLU followed. */
type SavedForGradient = [tf.Tensor, tf.Tensor1D, tf.Tensor1D, tf.Tensor1D, tf.Tensor?];

function batchNormGradient(
  dy: tf.Tensor,
  [x, weight, mean, inverseStd, rectified]: SavedForGradient,
): [tf.Tensor, tf.Tensor1D, tf.Tensor1D] {
  const upstream = perImage(rectified === undefined ? dy : tf.mul(dy, tf.step(rectified)));
  const values = perImage(x);
  const count = values.shape[0] * values.shape[1];
  const dBias = channelSum(upstream);
  // Σ dy·x̂ = (Σ dy·x − mean·Σ dy)/σ needs no pass that makes x̂.
  const dWeight = tf.mul(
    tf.sub(channelSum(tf.mul(upstream, values)), tf.mul(mean, dBias)),
    inverseStd,
  ) as tf.Tensor1D;
  const scale = tf.mul(weight, inverseStd);
  // dx = scale·dy − a·x − b, with everything per channel gathered in a and b.
  const a = tf.mul(tf.mul(scale, inverseStd), tf.div(dWeight, count));
  const b = tf.sub(tf.mul(scale, tf.div(dBias, count)), tf.mul(a, mean));
  const dx = tf.sub(tf.mul(upstream, scale), tf.add(tf.mul(values, a), b));
  return [tf.reshape(dx, x.shape), dWeight, dBias];
}

/** BatchNorm with running statistics (evaluation): the same formula with constants. */
export function batchNormEval(
  x: tf.Tensor,
  weight: tf.Tensor1D,
  bias: tf.Tensor1D,
  runningMean: tf.Tensor1D,
  runningVariance: tf.Tensor1D,
): tf.Tensor {
  const scale = tf.mul(weight, tf.rsqrt(tf.add(runningVariance, BN_EPSILON)));
  return tf.add(tf.mul(x, scale), tf.sub(bias, tf.mul(runningMean, scale)));
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

/** x [.., C] as [N, P, C]: N images of P pixels, or N rows. */
function perImage(x: tf.Tensor): tf.Tensor3D {
  return tf.reshape(x, [x.shape[0]!, -1, x.shape.at(-1)!]);
}

/**
 * Sums per channel of [N, P, C], as products with ones: tfjs's own sum over a leading axis is several times slower.
 * First within each image, then over images: one float32 running sum over all pixels of a batch would lose the
 * digits that the gradients of the first BatchNorm, sums of cancelling terms, depend on.
 */
function channelSum(values: tf.Tensor3D): tf.Tensor1D {
  const [n, p, c] = values.shape;
  const sums =
    p === 1 ? tf.reshape(values, [n, c]) : tf.reshape(tf.matMul(tf.ones([n, 1, p]), values), [n, c]);
  return tf.reshape(tf.matMul(tf.ones([1, n]), sums), [c]);
}

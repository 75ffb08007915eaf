import * as tf from '@tensorflow/tfjs';

// N images, D embedding dimensions; 2N views, the first N of them view 1.

/**
 * Temperature of both softmaxes of the distillation (Zhao et al. 2024, SimCLR's setting; logits without τ).
 */
const DISTILLATION_TEMPERATURE = 5;

/** Logit of a view with itself. It is far below any cosine, but finite, so that 0 · log 0 stays 0. */
const EXCLUDED = -1e9;

/** Prevents a division by zero for an embedding of length zero. */
const LENGTH_EPSILON = 1e-12;

/**
 * NT-Xent (Chen et al. 2020, eq. 1): each view must find the other view of its image among the other 2N − 1
 * views of the batch, by cosine over τ. Mean over the 2N views. Scalar.
 */
export function ntXent(z1: tf.Tensor2D, z2: tf.Tensor2D, temperature: number): tf.Scalar {
  const n = z1.shape[0];
  const logits = withoutSelf(tf.div(cosines(z1, z2), temperature));
  const twins = tf.tensor1d(
    Array.from({ length: 2 * n }, (_, i) => (i + n) % (2 * n)),
    'int32',
  );
  const picked = tf.mul(tf.logSoftmax(logits), tf.oneHot(twins, 2 * n));
  return tf.neg(tf.div(tf.sum(picked), 2 * n)) as tf.Scalar;
}

/**
 * Online distillation: the narrow width's cosines learn from the full width's, which count as constants. −T²
 * · mean over views of Σ softmax(l₁ / T) · log softmax(l_w / T), T = 5 (Zhao et al. 2024, §3.2). Scalar.
 */
export function distilLogits(
  student: readonly [tf.Tensor2D, tf.Tensor2D],
  teacher: readonly [tf.Tensor2D, tf.Tensor2D],
): tf.Scalar {
  const t = DISTILLATION_TEMPERATURE;
  const logits = ([z1, z2]: readonly [tf.Tensor2D, tf.Tensor2D]) => withoutSelf(tf.div(cosines(z1, z2), t));
  const wanted = constant(tf.softmax(logits(teacher)));
  const crossEntropy = tf.sum(tf.mul(wanted, tf.logSoftmax(logits(student))));
  return tf.mul(crossEntropy, (-t * t) / (2 * student[0].shape[0])) as tf.Scalar;
}

/** The same values as a constant: no gradient passes through them. */
export function constant<T extends tf.Tensor>(x: T): T {
  const stop = tf.customGrad((value) => ({
    value: tf.clone(value as tf.Tensor),
    gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy),
  }));
  return stop(x) as T;
}

/** Cosine of every pair of the 2N views, [2N, 2N]. */
function cosines(z1: tf.Tensor2D, z2: tf.Tensor2D): tf.Tensor2D {
  const z = tf.concat2d([z1, z2], 0);
  const length = tf.sqrt(tf.add(tf.sum(tf.square(z), 1, true), LENGTH_EPSILON));
  const unit = tf.div(z, length) as tf.Tensor2D;
  return tf.matMul(unit, unit, false, true);
}

function withoutSelf(logits: tf.Tensor): tf.Tensor2D {
  const self = tf.eye(logits.shape[0]!);
  return tf.add(tf.mul(logits, tf.sub(1, self)), tf.mul(self, EXCLUDED)) as tf.Tensor2D;
}

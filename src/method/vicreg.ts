import * as tf from '@tensorflow/tfjs';
import type { ObjectiveSettings } from '../engine.ts';

// N images, D embedding dimensions.

type VicregWeights = Pick<ObjectiveSettings, 'invarianceWeight' | 'varianceWeight' | 'covarianceWeight'>;

/** Each term unweighted, and their weighted sum. Scalars. */
export interface VicregTerms {
  readonly total: tf.Scalar;
  readonly invariance: tf.Scalar;
  readonly variance: tf.Scalar;
  readonly covariance: tf.Scalar;
  /** What each of the two embeddings adds to the variance and to the covariance. */
  readonly byPass: { readonly variance: Pair; readonly covariance: Pair };
}

type Pair = readonly [tf.Scalar, tf.Scalar];

/** Keeps the gradient of the standard deviation finite if a dimension is constant. */
const STD_EPSILON = 1e-4;

/**
 * VICReg of two embeddings [N, D] (Bardes et al. 2022), with the conventions of Krishna et al. (method §3).
 */
export function vicreg(z1: tf.Tensor2D, z2: tf.Tensor2D, weights: VicregWeights): VicregTerms {
  const invariance = meanSquaredDistance(z1, z2);
  const first = centred(z1);
  const second = centred(z2);
  const byPass = {
    variance: [varianceHinge(first), varianceHinge(second)],
    covariance: [offDiagonalCovariance(first), offDiagonalCovariance(second)],
  } as const;
  // The term is summed over the views. Bardes et al. halve the variance term, Krishna et al. do not.
  const variance = tf.add(...byPass.variance) as tf.Scalar;
  const covariance = tf.add(...byPass.covariance) as tf.Scalar;
  const total = tf.addN([
    tf.mul(invariance, weights.invarianceWeight),
    tf.mul(variance, weights.varianceWeight),
    tf.mul(covariance, weights.covarianceWeight),
  ]) as tf.Scalar;
  return { total, invariance, variance, covariance, byPass };
}

/** Mean over N·D of (z1 − z2)². */
export function meanSquaredDistance(z1: tf.Tensor2D, z2: tf.Tensor2D): tf.Scalar {
  return tf.mean(tf.square(tf.sub(z1, z2))) as tf.Scalar;
}

/** Mean over dimensions of relu(1 − √(Var + 1e-4)), Var unbiased, of centred z [N, D]. */
function varianceHinge(z: tf.Tensor2D): tf.Scalar {
  const unbiased = tf.div(tf.sum(tf.square(z), 0), z.shape[0] - 1); // [D]
  const std = tf.sqrt(tf.add(unbiased, STD_EPSILON));
  return tf.mean(tf.relu(tf.sub(1, std))) as tf.Scalar;
}

/** Sum of squared off-diagonal covariances over D, of centred z [N, D]; covariance = zᵀz / (N − 1). */
function offDiagonalCovariance(z: tf.Tensor2D): tf.Scalar {
  const [n, d] = z.shape;
  const covariance = tf.div(tf.matMul(z, z, true, false), n - 1); // [D, D]
  const offDiagonal = tf.mul(covariance, tf.sub(1, tf.eye(d)));
  return tf.div(tf.sum(tf.square(offDiagonal)), d) as tf.Scalar;
}

/** z − its column means. */
export function centred(z: tf.Tensor2D): tf.Tensor2D {
  return tf.sub(z, tf.mean(z, 0, true));
}

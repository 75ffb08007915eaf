import * as tf from '@tensorflow/tfjs';
import { normalised, type Weights } from './encoder.ts';

/** Linear–BN–ReLU–Linear–BN–ReLU–Linear: features [N, F] → embedding [N, D]. Both branches share it. */
export function project(weights: Weights, features: tf.Tensor2D): tf.Tensor2D {
  const first = normalised(weights, 'projector.1', linear(weights, 'projector.0', features), true);
  const second = normalised(weights, 'projector.4', linear(weights, 'projector.3', first), true);
  return linear(weights, 'projector.6', second);
}

/** x [N, I] · weight [I, O] + bias [O]. */
export function linear(weights: Pick<Weights, 'parameter'>, layer: string, x: tf.Tensor2D): tf.Tensor2D {
  return tf.add(
    tf.matMul(x, weights.parameter(`${layer}.weight`) as tf.Tensor2D),
    weights.parameter(`${layer}.bias`),
  );
}

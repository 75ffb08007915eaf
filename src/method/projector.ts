import * as tf from '@tensorflow/tfjs';
import type { Branch } from '../metrics.ts';
import { branchBn, projectorUnits } from '../network/parameters.ts';
import { normalised, type Weights } from './encoder.ts';

/**
 * Linear–BN–ReLU–Linear–BN–ReLU–Linear: features [N, F] → embedding [N, D]. All branches share it. A narrow
 * width uses the first inputs of each layer and, if the projector is slimmable too, the first hidden units. D
 * is the same for all branches, so that their embeddings can be compared.
 */
export function project(weights: Weights, features: tf.Tensor2D, branch: Branch): tf.Tensor2D {
  const { network } = weights;
  const hidden = projectorUnits(network, branch);
  const bn = (layer: string) => branchBn(network, layer, branch);
  const first = normalised(
    weights,
    bn('projector.1'),
    linear(weights, 'projector.0', features, hidden),
    true,
  );
  const second = normalised(weights, bn('projector.4'), linear(weights, 'projector.3', first, hidden), true);
  return linear(weights, 'projector.6', second, network.spec.projector.output);
}

/**
 * x [N, I] · the first I rows and O columns of the weight + the first O biases: [N, O]. O is the whole width
 * if not given.
 */
export function linear(
  weights: Pick<Weights, 'parameter'>,
  layer: string,
  x: tf.Tensor2D,
  outputs?: number,
): tf.Tensor2D {
  const weight = weights.parameter(`${layer}.weight`) as tf.Tensor2D;
  const bias = weights.parameter(`${layer}.bias`) as tf.Tensor1D;
  const inputs = x.shape[1];
  const [rows, columns] = weight.shape;
  const kept = outputs ?? columns;
  const w = inputs === rows && kept === columns ? weight : tf.slice(weight, [0, 0], [inputs, kept]);
  return tf.add(tf.matMul(x, w), kept === columns ? bias : tf.slice(bias, 0, kept));
}

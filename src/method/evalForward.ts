import * as tf from '@tensorflow/tfjs';
import type { Branch } from '../metrics.ts';
import type { Block, Network } from '../network/layers.ts';
import { blockBn, branchBn } from '../network/parameters.ts';
import { BN_EPSILON } from './batchNorm.ts';
import { globalPool } from './encoder.ts';
import { hardGate } from './gate.ts';
import { stemPool } from './pooling.ts';

// N images, H × W pixels, C channels, F features. Evaluation mode: running statistics, hard gates.

/** Weights and running statistics by the authors' names, as tensors of the engine's layout. */
export type Lookup = (name: string) => tf.Tensor;

export interface EvalFeatures {
  /** [N, F] */
  readonly features: tf.Tensor2D;
  /** Per block [N, C] in {0, 1}; none for the dense branch, and none where they were forced. */
  readonly gates: readonly tf.Tensor2D[];
  /** As the gates. */
  readonly logits: readonly tf.Tensor2D[];
}

/** The frozen encoder. Each BatchNorm is folded into its convolution, which then carries bias and ReLU as well. */
export function evalForward(
  network: Network,
  lookup: Lookup,
  images: tf.Tensor4D,
  branch: Branch,
): EvalFeatures {
  const gates: tf.Tensor2D[] = [];
  const logits: tf.Tensor2D[] = [];
  let x = evalStem(network, lookup, images, branch);
  for (const block of network.blocks) {
    let gate: tf.Tensor2D | null = null;
    if (branch === 'gated') {
      const logit = evalGateLogits(lookup, block, x);
      gate = hardGate(logit);
      logits.push(logit);
      gates.push(gate);
    }
    x = evalBlock(network, lookup, block, x, branch, gate);
  }
  return { features: globalPool(x), gates, logits };
}

function evalStem(network: Network, lookup: Lookup, images: tf.Tensor4D, branch: Branch): tf.Tensor4D {
  const { spec } = network;
  const bn = branchBn(network, 'backbone.bn1', branch);
  const conv = (stride: number, padding: number) =>
    foldedConv(lookup, images, 'backbone.conv1', bn, stride, padding, true);
  return spec.stem === 'cifar' ? conv(1, spec.stemPadding) : stemPool(conv(2, 3));
}

function evalBlock(
  network: Network,
  lookup: Lookup,
  block: Block,
  x: tf.Tensor4D,
  branch: Branch,
  gate: tf.Tensor2D | null,
): tf.Tensor4D {
  const prefix = `backbone.${block.name}`;
  const bn1 = blockBn(network, block.name, 1, branch);
  const bn2 = blockBn(network, block.name, 2, branch);
  const shortcutBn = branchBn(network, `${prefix}.downsample.1`, branch);
  let inner = foldedConv(lookup, x, `${prefix}.conv1`, bn1, block.stride, 1, true);
  if (gate !== null) inner = tf.mul(inner, tf.reshape(gate, [-1, 1, 1, block.channels]));
  const outer = foldedConv(lookup, inner, `${prefix}.conv2`, bn2, 1, 1, false);
  const skip = block.downsample
    ? foldedConv(lookup, x, `${prefix}.downsample.0`, shortcutBn, block.stride, 0, false)
    : x;
  return tf.relu(tf.add(outer, skip));
}

/** Logits [N, C] of a block's gate for the block's input x [N, H, W, I]. */
export function evalGateLogits(lookup: Lookup, block: Pick<Block, 'name'>, x: tf.Tensor4D): tf.Tensor2D {
  const prefix = `backbone.${block.name}.mask_c.atten_c`;
  const matrix = (name: string) => tf.squeeze<tf.Tensor2D>(lookup(name), [0, 1]);
  const { scale, shift } = runningAffine(lookup, `${prefix}.1`);
  const hidden = tf.matMul(globalPool(x), matrix(`${prefix}.0.weight`));
  return tf.matMul(tf.relu(tf.add(tf.mul(hidden, scale), shift)), matrix(`${prefix}.3.weight`));
}

function foldedConv(
  lookup: Lookup,
  x: tf.Tensor4D,
  conv: string,
  bn: string,
  stride: number,
  padding: number,
  relu: boolean,
): tf.Tensor4D {
  const { scale, shift } = runningAffine(lookup, bn);
  const whole = lookup(`${conv}.weight`) as tf.Tensor4D;
  const [rows, columns] = whole.shape;
  // Narrow widths have the first channels; the BatchNorm knows how many.
  const filter = tf.slice(whole, [0, 0, 0, 0], [rows, columns, x.shape[3], scale.size]);
  return tf.fused.conv2d({
    x,
    filter: tf.mul(filter, scale),
    strides: stride,
    pad: padding,
    bias: shift,
    activation: relu ? 'relu' : 'linear',
  });
}

/** BatchNorm with running statistics as y = scale·x + shift, [C] each. */
export function runningAffine(lookup: Lookup, layer: string): { scale: tf.Tensor1D; shift: tf.Tensor1D } {
  const scale = tf.mul(
    lookup(`${layer}.weight`),
    tf.rsqrt(tf.add(lookup(`${layer}.running_var`), BN_EPSILON)),
  ) as tf.Tensor1D;
  const shift = tf.sub(
    lookup(`${layer}.bias`),
    tf.mul(lookup(`${layer}.running_mean`), scale),
  ) as tf.Tensor1D;
  return { scale, shift };
}

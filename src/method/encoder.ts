import * as tf from '@tensorflow/tfjs';
import type { Branch } from '../metrics.ts';
import type { Block, Network } from '../network/layers.ts';
import { blockBn, branchBn } from '../network/parameters.ts';
import { branchChannels } from '../network/slim.ts';
import { type BatchStatistics, batchNorm, channelMoments } from './batchNorm.ts';
import { convolve } from './convolution.ts';
import { sampleGate } from './gate.ts';
import { addRelu, gateMap } from './maps.ts';
import { stemPool } from './pooling.ts';

// N images, H × W pixels, C channels, F features. Training mode uses batch statistics and sampled gates.

/**
 * The network's weights as tensors of the engine's layout. A pass leaves its BatchNorm statistics here too.
 */
export interface Weights {
  readonly network: Network;
  /** The parameter with the authors' name. Throws on an unknown name. */
  parameter(name: string): tf.Tensor;
  /** Called once per BatchNorm and pass, in the order in which running statistics must move. */
  note(statistics: BatchStatistics): void;
}

/** What a single layer needs of the weights. */
export type PassWeights = Pick<Weights, 'parameter' | 'note'>;

export interface GatedFeatures {
  /** [N, F] */
  readonly features: tf.Tensor2D;
  /** Per block: the sampled gate, [N, C] in {0, 1}, with its straight-through gradient. */
  readonly gates: readonly tf.Tensor2D[];
  /** Per block: the gate's logits before the noise, [N, C]. */
  readonly logits: readonly tf.Tensor2D[];
}

/** The gated branch: a gate between conv1 and conv2 of every block, computed from the block's input. */
export function gatedBranch(
  weights: Weights,
  images: tf.Tensor4D,
  noise: readonly tf.Tensor2D[],
  temperature: number,
): GatedFeatures {
  const gates: tf.Tensor2D[] = [];
  const logits: tf.Tensor2D[] = [];
  let x = stem(weights, images, 'gated');
  weights.network.blocks.forEach((block, index) => {
    const logit = gateLogits(weights, block, x);
    const gate = sampleGate(logit, noise[index]!, temperature);
    x = residualBlock(weights, block, x, 'gated', gate);
    gates.push(gate);
    logits.push(logit);
  });
  return { features: globalPool(x), gates, logits };
}

/**
 * The same convolutions without gates. This is the dense branch, or a narrow width of a slimmable network,
 * which has the first channels of every layer (Zhao et al. 2024, §3.1). Features [N, F], F of the branch.
 */
export function ungatedBranch(
  weights: Weights,
  images: tf.Tensor4D,
  branch: Exclude<Branch, 'gated'>,
): tf.Tensor2D {
  let x = stem(weights, images, branch);
  for (const block of weights.network.blocks) x = residualBlock(weights, block, x, branch, null);
  return globalPool(x);
}

/** Images [N, H, W, 3] → [N, H', W', c0]. */
function stem(weights: Weights, images: tf.Tensor4D, branch: Branch): tf.Tensor4D {
  const { spec, stem } = weights.network;
  const bn = branchBn(weights.network, 'backbone.bn1', branch);
  const w = filter(weights, 'backbone.conv1', 3, branchChannels(stem.channels, branch));
  if (spec.stem === 'cifar') return normalised(weights, bn, convolve(images, w, 1, spec.stemPadding), true);
  return stemPool(normalised(weights, bn, convolve(images, w, 2, 3), true));
}

/** The first `into` input and `out` output channels of a convolution, [R, R, into, out]. */
function filter(weights: PassWeights, conv: string, into: number, out: number): tf.Tensor4D {
  const w = weights.parameter(`${conv}.weight`) as tf.Tensor4D;
  const [rows, columns, inputs, outputs] = w.shape;
  return into === inputs && out === outputs ? w : tf.slice(w, [0, 0, 0, 0], [rows, columns, into, out]);
}

/** relu(bn2(conv2(gate · relu(bn1(conv1 x)))) + shortcut(x)), [N, H, W, C]. */
function residualBlock(
  weights: Weights,
  block: Block,
  x: tf.Tensor4D,
  branch: Branch,
  gate: tf.Tensor2D | null,
): tf.Tensor4D {
  const { network } = weights;
  const prefix = `backbone.${block.name}`;
  const channels = branchChannels(block.channels, branch);
  const conv1 = filter(weights, `${prefix}.conv1`, x.shape[3], channels);
  const conv2 = filter(weights, `${prefix}.conv2`, channels, channels);
  let inner = normalised(
    weights,
    blockBn(network, block.name, 1, branch),
    convolve(x, conv1, block.stride, 1),
    true,
  );
  if (gate !== null) inner = gateMap(inner, gate);
  const outer = normalised(
    weights,
    blockBn(network, block.name, 2, branch),
    convolve(inner, conv2, 1, 1),
    false,
  );
  return addRelu(outer, shortcut(weights, block, x, branch));
}

/** The input itself, or its 1×1 convolution with BN if the shape changes. */
function shortcut(weights: Weights, block: Block, x: tf.Tensor4D, branch: Branch): tf.Tensor4D {
  if (!block.downsample) return x;
  const prefix = `backbone.${block.name}.downsample`;
  const w = filter(weights, `${prefix}.0`, x.shape[3], branchChannels(block.channels, branch));
  const bn = branchBn(weights.network, `${prefix}.1`, branch);
  return normalised(weights, bn, convolve(x, w, block.stride, 0), false);
}

/** Gate head: global pool → linear → BN → ReLU → linear, no biases. Logits [N, C]. */
export function gateLogits(weights: PassWeights, block: Pick<Block, 'name'>, x: tf.Tensor4D): tf.Tensor2D {
  const prefix = `backbone.${block.name}.mask_c.atten_c`;
  const hidden = tf.matMul(globalPool(x), asMatrix(weights.parameter(`${prefix}.0.weight`)));
  const rectified = normalised(weights, `${prefix}.1`, hidden, true);
  return tf.matMul(rectified, asMatrix(weights.parameter(`${prefix}.3.weight`)));
}

/** BatchNorm `layer` in training mode over x [.., C]. It records its statistics. */
export function normalised<T extends tf.Tensor>(weights: PassWeights, layer: string, x: T, relu: boolean): T {
  const { mean, variance } = channelMoments(x);
  weights.note({ layer, mean, variance, count: x.size / mean.size });
  const scale = weights.parameter(`${layer}.weight`) as tf.Tensor1D;
  const shift = weights.parameter(`${layer}.bias`) as tf.Tensor1D;
  return batchNorm(x, scale, shift, { mean, variance }, relu) as T;
}

/** Mean over the pixels: [N, H, W, C] → [N, C]. */
export function globalPool(x: tf.Tensor4D): tf.Tensor2D {
  return tf.mean(x, [1, 2]);
}

/** A 1×1 convolution's weight [1, 1, in, out] as [in, out]. */
function asMatrix(w: tf.Tensor): tf.Tensor2D {
  return tf.reshape(w, w.shape.slice(-2) as [number, number]);
}

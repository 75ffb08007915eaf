import * as tf from '@tensorflow/tfjs';
import type { Branch } from '../metrics.ts';
import type { Block, Network } from '../network/layers.ts';
import { blockBn, branchBn } from '../network/parameters.ts';
import { BN_EPSILON } from './batchNorm.ts';
import { globalPool } from './encoder.ts';
import { hardGate } from './gate.ts';
import { addRelu, gateMap } from './maps.ts';
import { stemPool } from './pooling.ts';

// N images, H × W pixels, C channels, F features. Evaluation mode: running statistics, hard gates.

/** Weights and running statistics by the authors' names, as tensors of the engine's layout. */
export type Lookup = (name: string) => tf.Tensor;

export interface EvalFeatures {
  /** [N, F] */
  readonly features: tf.Tensor2D;
  /** Per block [N, C] in {0, 1}; empty for the dense branch, and if the gates were forced. */
  readonly gates: readonly tf.Tensor2D[];
  /** Per block [N, C]; empty when `gates` is. */
  readonly logits: readonly tf.Tensor2D[];
}

/** A convolution with its BatchNorm, and with a ReLU if asked, on maps [N, H, W, C]. */
export type NormedConv = (x: tf.Tensor4D, layer: NormedLayer) => tf.Tensor4D;

export interface NormedLayer {
  /** The convolution's and the BatchNorm's names. */
  readonly conv: string;
  readonly bn: string;
  readonly stride: number;
  readonly padding: number;
  readonly relu: boolean;
}

export interface EvalOptions {
  /** Per block [N, C]: gates that replace the network's own decisions, in the dense branch as well. */
  readonly forced?: readonly tf.Tensor2D[];
  /**
   * How convolutions and BatchNorms are computed; if missing, they are folded from `lookup` at every call.
   */
  readonly normedConv?: NormedConv;
  /** δ: gates open where their logit + δ ≥ 0; 0 if missing. */
  readonly gateShift?: number;
  /** How gates decide; if missing, they use `lookup`. */
  readonly gateLogits?: (block: Block, x: tf.Tensor4D) => tf.Tensor2D;
}

/**
 * The forward pass of the frozen encoder. Each BatchNorm is folded into its convolution, which then has bias
 * and ReLU as well.
 */
export function evalForward(
  network: Network,
  lookup: Lookup,
  images: tf.Tensor4D,
  branch: Branch,
  {
    forced,
    gateShift = 0,
    normedConv = foldedConv(lookup),
    gateLogits = (block, x) => evalGateLogits(lookup, block, x),
  }: EvalOptions = {},
): EvalFeatures {
  if (forced !== undefined && forced.length !== network.blocks.length) {
    throw new Error(
      `evalForward: forced gates must be one per block, ${network.blocks.length}, got ${forced.length}`,
    );
  }
  const gates: tf.Tensor2D[] = [];
  const logits: tf.Tensor2D[] = [];
  let x = evalStem(network, normedConv, images, branch);
  network.blocks.forEach((block, l) => {
    let gate = forced?.[l] ?? null;
    if (branch === 'gated' && gate === null) {
      const logit = gateLogits(block, x);
      gate = hardGate(logit, gateShift);
      logits.push(logit);
      gates.push(gate);
    }
    x = evalBlock(network, normedConv, block, x, branch, gate);
  });
  return { features: globalPool(x), gates, logits };
}

function evalStem(
  network: Network,
  normedConv: NormedConv,
  images: tf.Tensor4D,
  branch: Branch,
): tf.Tensor4D {
  const { spec } = network;
  const bn = branchBn(network, 'backbone.bn1', branch);
  const conv = (stride: number, padding: number) =>
    normedConv(images, { conv: 'backbone.conv1', bn, stride, padding, relu: true });
  return spec.stem === 'cifar' ? conv(1, spec.stemPadding) : stemPool(conv(2, 3));
}

function evalBlock(
  network: Network,
  normedConv: NormedConv,
  block: Block,
  x: tf.Tensor4D,
  branch: Branch,
  gate: tf.Tensor2D | null,
): tf.Tensor4D {
  const { name, stride, downsample } = block;
  const prefix = `backbone.${name}`;
  const bn = (place: 1 | 2) => blockBn(network, name, place, branch);
  const shortcutBn = branchBn(network, `${prefix}.downsample.1`, branch);
  let inner = normedConv(x, { conv: `${prefix}.conv1`, bn: bn(1), stride, padding: 1, relu: true });
  // A sliced block may have no channel left, and then there is nothing to gate.
  if (gate !== null && inner.size > 0) inner = gateMap(inner, gate);
  const outer = normedConv(inner, { conv: `${prefix}.conv2`, bn: bn(2), stride: 1, padding: 1, relu: false });
  const skip = downsample
    ? normedConv(x, { conv: `${prefix}.downsample.0`, bn: shortcutBn, stride, padding: 0, relu: false })
    : x;
  return addRelu(outer, skip);
}

/** Logits [N, C] of a block's gate for the block's input x [N, H, W, I]. */
export function evalGateLogits(lookup: Lookup, block: Pick<Block, 'name'>, x: tf.Tensor4D): tf.Tensor2D {
  const prefix = `backbone.${block.name}.mask_c.atten_c`;
  const matrix = (name: string) => tf.squeeze<tf.Tensor2D>(lookup(name), [0, 1]);
  // A block whose channels were all cut has nothing to decide, and XNNPACK refuses an empty product.
  if (lookup(`${prefix}.3.weight`).size === 0) return tf.tensor2d(new Float32Array(0), [x.shape[0], 0]);
  const { scale, shift } = runningAffine(lookup, `${prefix}.1`);
  const hidden = tf.matMul(globalPool(x), matrix(`${prefix}.0.weight`));
  return tf.matMul(tf.relu(tf.add(tf.mul(hidden, scale), shift)), matrix(`${prefix}.3.weight`));
}

/** Folds the running statistics' affine map into the filter, at every call. */
function foldedConv(lookup: Lookup): NormedConv {
  return (x, layer) => {
    const { scale, shift } = runningAffine(lookup, layer.bn);
    const whole = lookup(`${layer.conv}.weight`) as tf.Tensor4D;
    const [rows, columns] = whole.shape;
    // Narrow widths have the first channels; the BatchNorm's size tells how many.
    const filter = tf.slice(whole, [0, 0, 0, 0], [rows, columns, x.shape[3], scale.size]);
    return biasedConv(x, tf.mul(filter, scale), shift, layer);
  };
}

/** Convolution of x with a filter [R, R, C, K] and bias [K], which are a folded layer; C and K may be 0. */
export function biasedConv(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  bias: tf.Tensor1D,
  { stride, padding, relu }: Pick<NormedLayer, 'stride' | 'padding' | 'relu'>,
): tf.Tensor4D {
  const [kernel, , inputs, outputs] = filter.shape;
  if (inputs > 0 && outputs > 0) {
    const activation = relu ? 'relu' : 'linear';
    return tf.fused.conv2d({ x, filter, strides: stride, pad: padding, bias, activation });
  }
  const side = (length: number) => Math.floor((length + 2 * padding - kernel) / stride) + 1;
  const shape: [number, number, number, number] = [x.shape[0], side(x.shape[1]), side(x.shape[2]), outputs];
  if (outputs === 0) return tf.tensor4d(new Float32Array(0), shape);
  const map = tf.add(tf.zeros(shape), bias) as tf.Tensor4D;
  return relu ? tf.relu(map) : map;
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

import * as tf from '@tensorflow/tfjs';
import type { ObjectiveSettings } from '../engine.ts';
import { BN_EPSILON } from '../method/batchNorm.ts';
import { boundLoss, budgetLoss, macRatio } from '../method/budget.ts';
import { linear } from '../method/projector.ts';
import { type VicregTerms, vicreg } from '../method/vicreg.ts';
import type { Branch } from '../metrics.ts';
import type { Block, Network } from '../network/layers.ts';
import { blockBn } from '../network/parameters.ts';

// The dual-gating forward pass written with tfjs alone: tf.conv2d, tf.moments, and tfjs's own gradients. N
// images, H × W pixels, C channels.

/** The network's variables. A BatchNorm leaves its batch statistics here too. */
export interface StockWeights {
  readonly network: Network;
  /** The variable with the authors' name. */
  parameter(name: string): tf.Tensor;
  /** Takes mean and biased variance [C] of `count` values per channel. */
  observe(layer: string, mean: tf.Tensor, variance: tf.Tensor, count: number): void;
}

export interface StockObjective extends ObjectiveSettings {
  readonly aim: number;
  readonly boundWidth: number;
}

export interface StockLosses {
  readonly loss: tf.Scalar;
  readonly vicreg: VicregTerms;
  readonly budget: tf.Scalar;
  readonly bound: tf.Scalar;
  readonly ratio: tf.Scalar;
}

/**
 * Loss of one dual-gating step (method §3): view 1 gated, view 2 dense.
 * @param views [N, H, W, 3] each
 * @param noise logistic gate noise per block of the gated pass, [N, C]
 */
export function stockLosses(
  weights: StockWeights,
  views: readonly [tf.Tensor4D, tf.Tensor4D],
  noise: readonly tf.Tensor2D[],
  objective: StockObjective,
): StockLosses {
  const gates: tf.Tensor2D[] = [];
  const gated = encode(weights, views[0], 'gated', (block, x) => {
    const gate = sampleGate(gateLogits(weights, block, x), noise[gates.length]!, objective.temperature);
    gates.push(gate);
    return gate;
  });
  const dense = encode(weights, views[1], 'dense', null);
  const vic = vicreg(project(weights, gated), project(weights, dense), objective);
  const ratio = macRatio(weights.network, gates);
  const budget = budgetLoss(ratio, objective.aim, objective.budgetWeight);
  const bound = boundLoss(gates, objective.aim, objective.boundWidth, objective.boundWeight);
  const loss = tf.add(tf.add(vic.total, budget), bound) as tf.Scalar;
  return { loss, vicreg: vic, budget, bound, ratio };
}

/** Features [N, F]. @param gateOf the gate [N, C] of a block from its input; null: the dense branch */
function encode(
  weights: StockWeights,
  images: tf.Tensor4D,
  branch: Branch,
  gateOf: ((block: Block, x: tf.Tensor4D) => tf.Tensor2D) | null,
): tf.Tensor2D {
  const { network } = weights;
  const stem = convolve(weights, 'backbone.conv1', images, 1, network.spec.stemPadding);
  let x = tf.relu(normalise(weights, 'backbone.bn1', stem));
  for (const block of network.blocks) {
    const prefix = `backbone.${block.name}`;
    const gate = gateOf?.(block, x);
    const first = convolve(weights, `${prefix}.conv1`, x, block.stride, 1);
    let inner = tf.relu(normalise(weights, blockBn(network, block.name, 1, branch), first));
    if (gate !== undefined) inner = tf.mul(inner, tf.reshape(gate, [-1, 1, 1, block.channels]));
    const second = convolve(weights, `${prefix}.conv2`, inner, 1, 1);
    const outer = normalise(weights, blockBn(network, block.name, 2, branch), second);
    const shortcut = block.downsample
      ? normalise(
          weights,
          `${prefix}.downsample.1`,
          convolve(weights, `${prefix}.downsample.0`, x, block.stride, 0),
        )
      : x;
    x = tf.relu(tf.add(outer, shortcut));
  }
  return tf.mean(x, [1, 2]);
}

function convolve(
  weights: StockWeights,
  layer: string,
  x: tf.Tensor4D,
  stride: number,
  padding: number,
): tf.Tensor4D {
  return tf.conv2d(x, weights.parameter(`${layer}.weight`) as tf.Tensor4D, stride, padding);
}

/**
 * BatchNorm in training over x [.., C]. The gradient goes through mean and variance by autodiff. It is
 * composed of simple ops, because with tf.batchNorm the step takes two hundred dispatches more.
 */
function normalise<T extends tf.Tensor>(weights: StockWeights, layer: string, x: T): T {
  const axes = x.shape.map((_, axis) => axis).slice(0, -1);
  const { mean, variance } = tf.moments(x, axes);
  weights.observe(layer, mean, variance, x.size / mean.size);
  const scale = tf.mul(weights.parameter(`${layer}.weight`), tf.rsqrt(tf.add(variance, BN_EPSILON)));
  return tf.add(tf.mul(tf.sub(x, mean), scale), weights.parameter(`${layer}.bias`));
}

/** Pool → linear → BN → ReLU → linear, without biases: [N, C]. */
function gateLogits(weights: StockWeights, block: Block, x: tf.Tensor4D): tf.Tensor2D {
  const prefix = `backbone.${block.name}.mask_c.atten_c`;
  const matrix = (name: string) => {
    const w = weights.parameter(`${name}.weight`);
    return tf.reshape(w, w.shape.slice(-2) as [number, number]);
  };
  const hidden = tf.matMul(tf.mean<tf.Tensor2D>(x, [1, 2]), matrix(`${prefix}.0`));
  const rectified = tf.relu(normalise(weights, `${prefix}.1`, hidden as tf.Tensor2D));
  return tf.matMul(rectified, matrix(`${prefix}.3`)) as tf.Tensor2D;
}

/** Straight-through gate: soft + stopGradient(hard − soft), [N, C]. */
function sampleGate(logits: tf.Tensor2D, noise: tf.Tensor2D, temperature: number): tf.Tensor2D {
  const soft = tf.sigmoid(tf.div(tf.add(logits, noise), temperature));
  // tfjs has no stopGradient, but an operation whose gradient is zero does the same.
  const toHard = tf.customGrad((input) => {
    const s = input as tf.Tensor;
    return {
      value: tf.sub(tf.cast(tf.greaterEqual(s, 0.5), 'float32'), s),
      gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy),
    };
  });
  return tf.add(soft, toHard(soft));
}

/** Features [N, F] → embedding [N, D]. */
function project(weights: StockWeights, features: tf.Tensor2D): tf.Tensor2D {
  const first = tf.relu(normalise(weights, 'projector.1', linear(weights, 'projector.0', features)));
  const second = tf.relu(normalise(weights, 'projector.4', linear(weights, 'projector.3', first)));
  return linear(weights, 'projector.6', second);
}

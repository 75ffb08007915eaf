import * as tf from '@tensorflow/tfjs';
import type { Network } from '../network/layers.ts';
import { fixedMacs, macsPerOpenChannel } from '../network/macs.ts';

// N images, C channels of a block. Gates are [N, C] in {0, 1}, one tensor per block.

/** MACs of the gated branch (batch mean) over the dense MACs: ρ = F_real / F_orig (method §3). Scalar. */
export function macRatio(network: Network, gates: readonly tf.Tensor2D[]): tf.Scalar {
  const perBlock = network.blocks.map((block, l) => {
    const open = tf.div(tf.sum(gates[l]!), gates[l]!.shape[0]); // mean open channels
    return tf.mul(open, macsPerOpenChannel(block));
  });
  return tf.div(tf.add(total(perBlock), fixedMacs(network)), network.denseMacs) as tf.Scalar;
}

/**
 * λ · (ρ − a)² ("rloss"). a is the aim: it is t_d unless an exact budget moves it. The loss is two-sided, so
 * a network that is too sparse costs as well.
 */
export function budgetLoss(ratio: tf.Scalar, aim: number, weight: number): tf.Scalar {
  return tf.mul(tf.square(tf.sub(ratio, aim)), weight) as tf.Scalar;
}

/**
 * γ · mean over blocks of relu(p·q − d)² + relu(d − 1 + p − p·q)², where d is the block's density and q = √a
 * ("bloss"). The square root is the authors'. It remains from gating space and channels together.
 * @param boundWidth p, from 1 (every block is held at q) down to 0 (blocks are free).
 */
export function boundLoss(
  gates: readonly tf.Tensor2D[],
  aim: number,
  boundWidth: number,
  weight: number,
): tf.Scalar {
  const target = Math.sqrt(aim);
  const perBlock = gates.map((gate) => {
    const density = tf.div(openCount(gate), gate.size);
    const below = tf.relu(tf.sub(boundWidth * target, density));
    const above = tf.relu(tf.sub(density, 1 - boundWidth + boundWidth * target));
    return tf.add(tf.square(below), tf.square(above));
  });
  return tf.mul(tf.div(total(perBlock), gates.length), weight) as tf.Scalar;
}

/** Sum of scalars in pairs: tf.addN of eight reads more buffers at once than WebGPU guarantees. */
function total(scalars: readonly tf.Tensor[]): tf.Tensor {
  return scalars.reduce((sum, scalar) => tf.add(sum, scalar));
}

/**
 * Number of open entries as an L1 norm. Its gradient is 0 on closed gates, unlike that of a plain sum. The
 * authors use this count in the bound loss, and a plain sum in the budget loss.
 */
function openCount(gate: tf.Tensor2D): tf.Scalar {
  // |g| is computed as g·sign(g), because tfjs's own abs has slope −1 at 0.
  return tf.sum(tf.mul(gate, tf.sign(gate))) as tf.Scalar;
}

import * as tf from '@tensorflow/tfjs';

// N images, C channels.

/**
 * Gumbel gate in training (method §2): g = 1 where logit + noise ≥ 0, else 0, for logits and logistic noise
 * [N, C]. It is straight-through: the gradient is that of the soft sample s = sigmoid((logit + noise)/τ),
 * which is s(1 − s)/τ.
 */
export function sampleGate(logits: tf.Tensor2D, noise: tf.Tensor2D, temperature: number): tf.Tensor2D {
  const op = tf.customGrad((...inputs) => {
    const [input, save] = inputs as [tf.Tensor2D, tf.GradSaveFunc];
    const soft = tf.sigmoid(tf.div(tf.add(input, noise), temperature));
    save([soft]);
    return {
      value: openWhere(tf.greaterEqual(soft, 0.5)),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const s = saved[0]!;
        return tf.div(tf.mul(dy, tf.mul(s, tf.sub(1, s))), temperature);
      },
    };
  });
  return op(logits) as tf.Tensor2D;
}

/**
 * The gate in evaluation: open where logit + δ ≥ 0, without noise. Logits that are exactly −δ are open.
 * @param shift δ, which is 0 as the network was trained
 */
export function hardGate(logits: tf.Tensor2D, shift = 0): tf.Tensor2D {
  return openWhere(tf.greaterEqual(logits, -shift));
}

function openWhere(condition: tf.Tensor): tf.Tensor2D {
  return tf.cast(condition, 'float32') as tf.Tensor2D;
}

import * as tf from '@tensorflow/tfjs';
import { forGradient } from './retain.ts';
import { allocate, pointer, simdKernels } from './simd.ts';

// Element-wise steps over maps [N, H, W, C] with gradients of their own. Each exists twice: as a SIMD kernel,
// and composed of tfjs ops for all other backends and shapes.

/** relu(a + b), the end of a residual block. */
export function addRelu(a: tf.Tensor4D, b: tf.Tensor4D): tf.Tensor4D {
  const op = tf.customGrad((...inputs) => {
    const [first, second, save] = inputs as [tf.Tensor4D, tf.Tensor4D, tf.GradSaveFunc];
    const value = sumRelu(first, second);
    const back = forGradient(save, [value] as const);
    return {
      value,
      gradFunc: (dy: tf.Tensor4D, saved: tf.Tensor[]) => {
        const dx = throughRelu(dy, back(saved)[0]);
        return [dx, dx.clone()];
      },
    };
  });
  return op(a, b) as tf.Tensor4D;
}

function sumRelu(a: tf.Tensor4D, b: tf.Tensor4D): tf.Tensor4D {
  const kernels = simdKernels(a);
  if (kernels === null) return tf.relu(tf.add(a, b));
  const y = allocate(a.shape) as tf.Tensor4D;
  kernels.addRelu(pointer(a), pointer(b), pointer(y), a.size);
  return y;
}

/** dy where the rectified output y is above 0, else 0. */
function throughRelu(dy: tf.Tensor4D, y: tf.Tensor4D): tf.Tensor4D {
  const kernels = simdKernels(dy);
  if (kernels === null) return tf.mul(dy, tf.step(y));
  const dx = allocate(dy.shape) as tf.Tensor4D;
  kernels.reluGradient(pointer(dy), pointer(y), pointer(dx), dy.size);
  return dx;
}

/** A gate [N, C] applied to every pixel of x [N, H, W, C]. */
export function gateMap(x: tf.Tensor4D, gate: tf.Tensor2D): tf.Tensor4D {
  const op = tf.customGrad((...inputs) => {
    const [map, open, save] = inputs as [tf.Tensor4D, tf.Tensor2D, tf.GradSaveFunc];
    const back = forGradient(save, [map, open] as const);
    return {
      value: gated(map, open),
      gradFunc: (dy: tf.Tensor4D, saved: tf.Tensor[]) => gateGradients(dy, ...back(saved)),
    };
  });
  return op(x, gate) as tf.Tensor4D;
}

function gated(x: tf.Tensor4D, gate: tf.Tensor2D): tf.Tensor4D {
  const kernels = simdKernels(x);
  if (kernels === null) return tf.mul(x, perPixel(gate));
  const [n, h, w, c] = x.shape;
  const y = allocate(x.shape) as tf.Tensor4D;
  kernels.gateMap(pointer(x), pointer(gate), pointer(y), n, h * w, c);
  return y;
}

function gateGradients(dy: tf.Tensor4D, x: tf.Tensor4D, gate: tf.Tensor2D): [tf.Tensor4D, tf.Tensor2D] {
  const kernels = simdKernels(x);
  if (kernels === null) return [tf.mul(dy, perPixel(gate)), tf.sum(tf.mul(dy, x), [1, 2])];
  const [n, h, w, c] = x.shape;
  const dx = allocate(x.shape) as tf.Tensor4D;
  const dGate = allocate(gate.shape) as tf.Tensor2D;
  kernels.gateMapGradient(pointer(dy), pointer(x), pointer(gate), pointer(dx), pointer(dGate), n, h * w, c);
  return [dx, dGate];
}

function perPixel(gate: tf.Tensor2D): tf.Tensor4D {
  return tf.reshape(gate, [gate.shape[0], 1, 1, gate.shape[1]]);
}

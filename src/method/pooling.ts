import * as tf from '@tensorflow/tfjs';

// N images, H × W pixels, C channels.

const FILTER = { filterSize: 3, strides: 2, pad: 1 };

/**
 * 3×3 max-pool, stride 2, padding 1: the end of the ImageNet stem. [N, H, W, C] → [N, ⌈H/2⌉, ⌈W/2⌉, C].
 * tfjs's WASM gradient ignores windows without a positive value. So it gets values shifted above zero, which
 * have their maxima in the same places.
 */
export function stemPool(x: tf.Tensor4D): tf.Tensor4D {
  const op = tf.customGrad((...inputs) => {
    const [input, save] = inputs as [tf.Tensor4D, tf.GradSaveFunc];
    const value = tf.maxPool(input, FILTER.filterSize, FILTER.strides, FILTER.pad);
    save([input, value]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [savedInput, savedValue] = saved as [tf.Tensor4D, tf.Tensor4D];
        const floor = tf.sub(tf.min(savedInput), 1);
        const shifted = { input: tf.sub(savedInput, floor), output: tf.sub(savedValue, floor) };
        const dx: tf.Tensor4D = tf.engine().runKernel(tf.MaxPoolGrad, { dy, ...shifted }, FILTER);
        return dx;
      },
    };
  });
  return op(x) as tf.Tensor4D;
}

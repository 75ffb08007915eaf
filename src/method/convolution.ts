import * as tf from '@tensorflow/tfjs';
import { forGradient } from './retain.ts';
import { pointer, simdKernels } from './simd.ts';

// N images, H × W pixels, C channels in, K channels out, R × R kernel, P × Q output pixels.

/**
 * Convolution of x [N, H, W, C] with w [R, R, C, K], stride s and zero padding p: [N, P, Q, K]. The input's
 * gradient is a forward convolution too, because XNNPACK runs that 3–7 times faster than Conv2DBackpropInput.
 * The filter's gradient is a SIMD kernel where one can be used. Elsewhere it is also a forward convolution,
 * since the WASM backend has no Conv2DBackpropFilter.
 */
export function convolve(x: tf.Tensor4D, w: tf.Tensor4D, stride: number, padding: number): tf.Tensor4D {
  if (stride > 2 || padding >= w.shape[0]) {
    throw new Error(
      `convolve: stride must be 1 or 2 and padding below the kernel's side ${w.shape[0]}, got stride ${stride}, padding ${padding}`,
    );
  }
  const op = tf.customGrad((...inputs) => {
    const [input, filter, save] = inputs as [tf.Tensor4D, tf.Tensor4D, tf.GradSaveFunc];
    const back = forGradient(save, [input, filter] as const);
    return {
      value: tf.conv2d(input, filter, stride, padding),
      gradFunc: (dy: tf.Tensor4D, saved: tf.Tensor[]) => {
        const [savedInput, savedFilter] = back(saved);
        return [
          inputGradient(dy, savedFilter, savedInput.shape, stride, padding),
          filterGradient(dy, savedInput, savedFilter.shape, stride, padding),
        ];
      },
    };
  });
  return op(x, w) as tf.Tensor4D;
}

/** dL/dx [N, H, W, C]: dy with stride − 1 zeros between its pixels, convolved with the turned filter. */
export function inputGradient(
  dy: tf.Tensor4D,
  w: tf.Tensor4D,
  [, height, width]: readonly number[],
  stride: number,
  padding: number,
): tf.Tensor4D {
  const kernel = w.shape[0];
  const turned = tf.transpose(tf.reverse(w, [0, 1]), [0, 1, 3, 2]);
  if (kernel === 1 && stride === 1) return tf.conv2d(dy, turned, 1, 'valid');
  const before = kernel - 1 - padding;
  const spread =
    stride === 1 ? dy : insertZeros(dy, height! - 1 - before + kernel, width! - 1 - before + kernel);
  const after = [height!, width!].map((size, axis) => size + kernel - 1 - before - spread.shape[axis + 1]!);
  return tf.conv2d(spread, turned as tf.Tensor4D, 1, [
    [0, 0],
    [before, after[0]!],
    [before, after[1]!],
    [0, 0],
  ]);
}

/** dL/dw [R, R, C, K]. */
export function filterGradient(
  dy: tf.Tensor4D,
  x: tf.Tensor4D,
  shape: readonly number[],
  stride: number,
  padding: number,
): tf.Tensor4D {
  const kernels = simdKernels(dy);
  if (kernels === null) return composedFilterGradient(dy, x, shape, stride, padding);
  const [n, h, w, c] = x.shape;
  const [, p, q, k] = dy.shape;
  const dw = tf.zeros(shape as [number, number, number, number]) as tf.Tensor4D;
  kernels.filterGradient(
    pointer(x),
    pointer(dy),
    pointer(dw),
    n,
    h,
    w,
    c,
    p,
    q,
    k,
    shape[0]!,
    stride,
    padding,
  );
  return dw;
}

/**
 * The filter's gradient as a forward convolution: images and channels change places, dy is the filter, and
 * the forward stride becomes the dilation.
 */
function composedFilterGradient(
  dy: tf.Tensor4D,
  x: tf.Tensor4D,
  [kernel, , channels, outputs]: readonly number[],
  stride: number,
  padding: number,
): tf.Tensor4D {
  const images = tf.transpose(x, [3, 1, 2, 0]); // [C, H, W, N]
  const filter = tf.transpose(dy, [1, 2, 0, 3]); // [P, Q, N, K]
  // The padding is explicit. For a number, tfjs assumes a square filter, and this filter is as large as the
  // map.
  const around: tf.backend_util.ExplicitPadding = [
    [0, 0],
    [padding, padding],
    [padding, padding],
    [0, 0],
  ];
  const wide = tf.conv2d(images as tf.Tensor4D, filter as tf.Tensor4D, 1, around, 'NHWC', stride);
  // With a stride, some pixels at the far edge were in no window, so the result is too large.
  const dw =
    wide.shape[1] === kernel && wide.shape[2] === kernel
      ? wide
      : tf.slice(wide, [0, 0, 0, 0], [channels!, kernel!, kernel!, outputs!]);
  return tf.transpose(dw, [1, 2, 0, 3]);
}

/** dy [N, P, Q, K] with a zero after each row and column, cut to at most rows × columns. */
function insertZeros(dy: tf.Tensor4D, rows: number, columns: number): tf.Tensor4D {
  const [n, p, q, k] = dy.shape;
  const wide = tf.reshape(tf.concat([dy, tf.zerosLike(dy)], 3), [n, p, 1, q * 2 * k]);
  const spread = tf.reshape(tf.concat([wide, tf.zerosLike(wide)], 2), [n, p * 2, q * 2, k]);
  const height = Math.min(rows, p * 2);
  const width = Math.min(columns, q * 2);
  if (height === p * 2 && width === q * 2) return spread as tf.Tensor4D;
  return tf.slice(spread, [0, 0, 0, 0], [n, height, width, k]) as tf.Tensor4D;
}

import * as tf from '@tensorflow/tfjs';
import { fromTorch, parameterTensor, toTorch } from '../method/tensors.ts';
import type { MapShape } from '../plan/maps.ts';
import type { FloatArray } from './arrays.ts';

// The vectors are in PyTorch's layouts, [N, C, H, W] and [out, in, kh, kw]; the engine's are [N, H, W, C] and
// [kh, kw, in, out].

/** Sides of images [N, C, H, W]; missing trailing axes are 1. */
export function imageSides({ shape }: Pick<FloatArray, 'shape'>): [number, number, number, number] {
  const [n, c, h = 1, w = 1] = shape;
  if (n === undefined || c === undefined || shape.length > 4) {
    throw new Error(`golden vectors: images must be [N, C, H, W], got [${shape}]`);
  }
  return [n, c, h, w];
}

/** Images [N, C, H, W] as a stack of maps. */
export function mapOf(images: Pick<FloatArray, 'shape'>, border: number): MapShape {
  const [n, c, height, width] = imageSides(images);
  return { images: n, height, width, channels: c, border };
}

/** Images [N, C, H, W] as values of [N, H, W, C]. */
export function channelsLast(images: FloatArray): Float32Array {
  const [n, c, h, w] = imageSides(images);
  return exchanged(images.values, n, c, h * w);
}

/** Values of [N, H, W, C] in the layout of `like`, [N, C, H, W], which has as many values. */
export function channelsFirst(values: Float32Array, like: Pick<FloatArray, 'shape'>): Float32Array {
  const [n, c, h, w] = imageSides(like);
  return exchanged(values, n, h * w, c);
}

/** Images [N, C, H, W] as a tensor [N, H, W, C]; the caller owns it. */
export function imageTensor(images: FloatArray): tf.Tensor4D {
  const [n, c, h, w] = imageSides(images);
  return tf.tensor4d(channelsLast(images), [n, h, w, c]);
}

/** A weight of PyTorch's layout as a tensor of the engine's; the caller owns it. */
export function weightTensor(weight: FloatArray): tf.Tensor {
  return parameterTensor(weight, fromTorch(weight, weight.values));
}

/** Values of the engine's layout in the layout of `like`. */
export function weightValues(values: Float32Array, like: Pick<FloatArray, 'shape'>): Float32Array {
  return toTorch(like, values);
}

/** A matrix [N, C] or [N, C, 1, 1] as a tensor [N, C]; the caller owns it. */
export function matrixTensor(matrix: FloatArray): tf.Tensor2D {
  const [n, c] = imageSides(matrix);
  return tf.tensor2d(matrix.values, [n, c]);
}

/** Reads together the values of the tensors that `make` returns. `make` runs inside a tidy. */
export async function read<K extends string>(
  make: () => Readonly<Record<K, tf.Tensor>>,
): Promise<Record<K, Float32Array>> {
  const tensors: Record<string, tf.Tensor> = tf.tidy(() => ({ ...make() }));
  const names = Object.keys(tensors) as K[];
  const values = await Promise.all(names.map((name) => tensors[name]!.data<'float32'>()));
  tf.dispose(tensors);
  return Object.fromEntries(names.map((name, i) => [name, values[i]])) as Record<K, Float32Array>;
}

/** Row-major [n, a, b] as [n, b, a]. */
function exchanged(values: Float32Array, n: number, a: number, b: number): Float32Array {
  const moved = new Float32Array(values.length);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < a; j++) {
      for (let k = 0; k < b; k++) moved[(i * b + k) * a + j] = values[(i * a + j) * b + k]!;
    }
  }
  return moved;
}

import * as tf from '@tensorflow/tfjs';
import type { ParameterSpec } from '../network/parameters.ts';

// The engine's layouts are tfjs's: convolutions [kh, kw, in, out], linears [in, out]. PyTorch's are used at
// every boundary: [out, in, kh, kw] and [out, in].

/** A parameter from PyTorch's layout to the engine's. Vectors stay as they are. */
export function fromTorch({ shape }: Pick<ParameterSpec, 'shape'>, values: Float32Array): Float32Array {
  if (shape.length === 1) return values.slice();
  const [out, input, kernel] = matrixSides(shape);
  return reversed(values, [out, input, kernel]);
}

/** A parameter from the engine's layout back to PyTorch's. */
export function toTorch({ shape }: Pick<ParameterSpec, 'shape'>, values: Float32Array): Float32Array {
  if (shape.length === 1) return values.slice();
  const [out, input, kernel] = matrixSides(shape);
  return reversed(values, [kernel, input, out]);
}

/** The engine's shape of a parameter. */
export function engineShape({ shape }: Pick<ParameterSpec, 'shape'>): number[] {
  if (shape.length === 4) return [shape[2]!, shape[3]!, shape[1]!, shape[0]!];
  return [...shape].reverse();
}

/** The parameter's values (engine layout) as a tensor; the caller owns it. */
export function parameterTensor(spec: Pick<ParameterSpec, 'shape'>, values: Float32Array): tf.Tensor {
  return tf.tensor(values, engineShape(spec), 'float32');
}

/** [out, in, kernel pixels]; a linear layer has one pixel. */
function matrixSides(shape: readonly number[]): [number, number, number] {
  const [out, input, kh = 1, kw = 1] = shape as [number, number, number?, number?];
  return [out, input, kh * kw];
}

/** Row-major values of shape [a, b, c] as [c, b, a]. */
function reversed(values: Float32Array, [a, b, c]: readonly [number, number, number]): Float32Array {
  const moved = new Float32Array(values.length);
  let at = 0;
  for (let k = 0; k < c; k++) {
    for (let j = 0; j < b; j++) {
      for (let i = 0; i < a; i++) moved[at++] = values[(i * b + j) * c + k]!;
    }
  }
  return moved;
}

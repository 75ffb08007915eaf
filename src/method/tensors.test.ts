import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { sizeOf } from '../network/parameters.ts';
import { useBackend } from './backend.ts';
import { noise } from './numbers.fixture.ts';
import { engineShape, fromTorch, parameterTensor, toTorch } from './tensors.ts';

const SHAPES = [[5], [7, 3], [1, 9], [6, 5, 3, 3], [8, 3, 7, 7], [4, 2, 1, 1], [3, 2, 3, 5]];

describe('the engine’s layout', () => {
  beforeAll(async () => {
    await useBackend('cpu');
  });

  it.each(SHAPES.map((shape) => [shape]))('goes to PyTorch’s and back without loss: [%s]', (shape) => {
    const values = noise(1, shape);
    expect(toTorch({ shape }, fromTorch({ shape }, values))).toEqual(values);
    expect(fromTorch({ shape }, toTorch({ shape }, values))).toEqual(values);
  });

  it('puts [out, in, kh, kw] to [kh, kw, in, out]', () => {
    const shape = [4, 3, 2, 5];
    const values = noise(2, shape);
    const engine = fromTorch({ shape }, values);
    const [o, i, y, x] = [3, 1, 1, 4];
    expect(engineShape({ shape })).toEqual([2, 5, 3, 4]);
    expect(engine[((y! * 5 + x!) * 3 + i!) * 4 + o!]).toBe(values[((o! * 3 + i!) * 2 + y!) * 5 + x!]);
  });

  it('is PyTorch’s transposed, as tfjs transposes', () => {
    const conv = { shape: [6, 5, 3, 2] };
    const linear = { shape: [7, 4] };
    const values = noise(3, conv.shape);
    const matrix = values.slice(0, sizeOf(linear.shape));
    tf.tidy(() => {
      const filter = tf.transpose(tf.tensor4d(values, [6, 5, 3, 2]), [2, 3, 1, 0]);
      expect(fromTorch(conv, values)).toEqual(filter.dataSync());
      expect(engineShape(conv)).toEqual(filter.shape);
      const transposed = tf.transpose(tf.tensor2d(matrix, [7, 4]));
      expect(fromTorch(linear, matrix)).toEqual(transposed.dataSync());
      expect(parameterTensor(linear, fromTorch(linear, matrix)).shape).toEqual(transposed.shape);
    });
  });

  it('of a vector is a copy', () => {
    const values = Float32Array.of(1, 2);
    const copy = fromTorch({ shape: [2] }, values);
    copy[0] = 9;
    expect(values[0]).toBe(1);
  });
});

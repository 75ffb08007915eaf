import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { hashedUniform } from '../random.ts';
import { useBackend } from './backend.ts';
import { stemPool } from './pooling.ts';

/** 3×3, stride 2, padding 1 by its definition; dx sends each upstream value to its window's maximum. */
function byDefinition(x: Float32Array, height: number, width: number, upstream: (i: number) => number) {
  const rows = Math.ceil(height / 2);
  const columns = Math.ceil(width / 2);
  const y = new Float32Array(rows * columns);
  const dx = new Float32Array(x.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let best = -1;
      for (let h = Math.max(0, 2 * row - 1); h <= Math.min(height - 1, 2 * row + 1); h++) {
        for (let w = Math.max(0, 2 * column - 1); w <= Math.min(width - 1, 2 * column + 1); w++) {
          if (best < 0 || x[h * width + w]! > x[best]!) best = h * width + w;
        }
      }
      const at = row * columns + column;
      y[at] = x[best]!;
      dx[best] = dx[best]! + upstream(at);
    }
  }
  return { y, dx, shape: [1, rows, columns, 1] as [number, number, number, number] };
}

describe.each(['wasm', 'cpu'] as const)('stemPool on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  it.each([
    [1, 1, -2],
    [3, 1, -2],
    [9, 7, -2],
    [8, 9, 0],
    [63, 65, -0.5],
  ])('takes maxima and sends gradients to them, %i × %i pixels from %d up', async (height, width, from) => {
    const values = Float32Array.from({ length: height * width }, (_, i) => from + hashedUniform(5, i));
    const upstream = (i: number) => hashedUniform(6, i) - 0.5;
    const expected = byDefinition(values, height, width, upstream);
    const x = tf.tensor4d(values, [1, height, width, 1]);
    const dy = tf.tensor4d(
      expected.y.map((_, i) => upstream(i)),
      expected.shape,
    );
    const y = stemPool(x);
    const dx = tf.grad((image) => stemPool(image as tf.Tensor4D) as tf.Tensor)(x, dy);
    expect(y.shape).toEqual(expected.shape);
    expect(await y.data()).toEqual(expected.y);
    // Windows overlap. A pixel that is the maximum of several sums their gradients, in any order.
    const got = await dx.data();
    const off = expected.dx.map((value, i) => Math.abs(value - got[i]!));
    expect(Math.max(...off)).toBeLessThan(1e-6);
    tf.dispose([x, dy, y, dx]);
  });
});

import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { NODE_PLACES } from '../cli/places.ts';
import { useBackend } from './backend.ts';
import { convolve } from './convolution.ts';
import { deviation, noise } from './numbers.fixture.ts';
import { retaining } from './retain.ts';

interface Case {
  readonly x: readonly [n: number, h: number, w: number, c: number];
  readonly kernel: number;
  readonly outputs: number;
  readonly stride: number;
  readonly padding: number;
}

const CASES: readonly Case[] = [
  { x: [1, 1, 1, 1], kernel: 1, outputs: 1, stride: 1, padding: 0 },
  { x: [3, 1, 1, 6], kernel: 1, outputs: 5, stride: 1, padding: 0 },
  { x: [2, 3, 3, 4], kernel: 3, outputs: 4, stride: 1, padding: 0 },
  { x: [1, 3, 3, 3], kernel: 3, outputs: 7, stride: 1, padding: 1 },
  { x: [2, 9, 9, 3], kernel: 3, outputs: 8, stride: 1, padding: 2 },
  { x: [2, 9, 9, 8], kernel: 3, outputs: 12, stride: 2, padding: 1 },
  { x: [1, 8, 8, 5], kernel: 3, outputs: 6, stride: 2, padding: 1 },
  { x: [2, 9, 9, 8], kernel: 1, outputs: 16, stride: 2, padding: 0 },
  { x: [1, 8, 8, 4], kernel: 1, outputs: 3, stride: 2, padding: 0 },
  { x: [1, 3, 3, 4], kernel: 3, outputs: 4, stride: 2, padding: 0 },
  { x: [1, 63, 63, 2], kernel: 3, outputs: 4, stride: 1, padding: 1 },
  { x: [1, 65, 65, 4], kernel: 3, outputs: 8, stride: 2, padding: 1 },
  { x: [2, 24, 24, 3], kernel: 7, outputs: 8, stride: 2, padding: 3 },
  { x: [1, 25, 25, 3], kernel: 7, outputs: 4, stride: 1, padding: 3 },
  { x: [1, 12, 12, 4], kernel: 7, outputs: 8, stride: 2, padding: 1 },
  { x: [2, 7, 11, 5], kernel: 3, outputs: 6, stride: 1, padding: 1 },
  { x: [2, 12, 9, 4], kernel: 3, outputs: 8, stride: 2, padding: 1 },
];

const nameOf = ({ x, kernel, outputs, stride, padding }: Case) =>
  `[${x}] → ${outputs}, ${kernel} × ${kernel}, stride ${stride}, padding ${padding}`;

type Op = (x: tf.Tensor4D, w: tf.Tensor4D) => tf.Tensor4D;

/** y, dx and dw for an upstream gradient of noise, which is the same for every op. */
function outcome({ x, kernel, outputs }: Case, op: Op): [Float32Array, Float32Array, Float32Array] {
  return tf.tidy(() => {
    const filter = [kernel, kernel, x[3], outputs] as [number, number, number, number];
    const image = tf.tensor4d(noise(1, x), [...x]);
    const weight = tf.tensor4d(noise(2, filter), filter);
    const y = op(image, weight);
    const upstream = tf.tensor4d(noise(3, y.shape), y.shape);
    const [dx, dw] = tf.grads((a, b) => op(a as tf.Tensor4D, b as tf.Tensor4D) as tf.Tensor)(
      [image, weight],
      upstream,
    ) as [tf.Tensor, tf.Tensor];
    const values = (tensor: tf.Tensor) => tensor.dataSync<'float32'>().slice();
    return [values(y), values(dx), values(dw)];
  });
}

const ENGINES = [
  { name: 'wasm without SIMD kernels', backend: 'wasm', places: {} },
  { name: 'wasm with SIMD kernels', backend: 'wasm', places: NODE_PLACES },
  { name: 'cpu', backend: 'cpu', places: {} },
] as const;

describe('convolve', () => {
  const expected = new Map<Case, ReturnType<typeof outcome>>();
  beforeAll(async () => {
    await useBackend('cpu');
    for (const one of CASES) {
      expected.set(
        one,
        outcome(one, (x, w) => tf.conv2d(x, w, one.stride, one.padding)),
      );
    }
  });

  // The order matters: kernels that were loaded once stay loaded.
  describe.each(ENGINES)('on $name', ({ backend, places }) => {
    beforeAll(async () => {
      await useBackend(backend, places);
    });

    it.each(CASES.map((one) => [nameOf(one), one] as const))(
      'equals tfjs’s own convolution and its gradients: %s',
      (_, one) => {
        const before = tf.memory().numTensors;
        const [y, dx, dw] = outcome(one, (x, w) => convolve(x, w, one.stride, one.padding));
        const [wantedY, wantedDx, wantedDw] = expected.get(one)!;
        expect(deviation(y, wantedY)).toBeLessThan(2e-6);
        expect(deviation(dx, wantedDx)).toBeLessThan(2e-6);
        expect(deviation(dw, wantedDw)).toBeLessThan(5e-6);
        expect(tf.memory().numTensors).toBe(before);
      },
    );

    it('gives the same gradients when a pass retains its tensors without copies', () => {
      const one = CASES[5]!;
      const op: Op = (x, w) => convolve(x, w, one.stride, one.padding);
      const [, dx, dw] = outcome(one, op);
      const [, retainedDx, retainedDw] = retaining(() => outcome(one, op));
      expect(retainedDx).toEqual(dx);
      expect(retainedDw).toEqual(dw);
    });
  });

  it('refuses strides and paddings that its gradients are not made for', () => {
    const x = tf.zeros([1, 8, 8, 4]) as tf.Tensor4D;
    const w = tf.zeros([3, 3, 4, 4]) as tf.Tensor4D;
    expect(() => convolve(x, w, 3, 1)).toThrow('stride must be 1 or 2');
    expect(() => convolve(x, w, 1, 3)).toThrow('padding below');
  });
});

import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { NODE_PLACES } from '../cli/places.ts';
import { useBackend } from './backend.ts';
import { batchNorm, channelMoments, updateRunning } from './batchNorm.ts';
import { deviation, noise } from './numbers.fixture.ts';

/** The textbook formula, for tfjs to differentiate: mean and variance are functions of x. */
function textbook(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor, relu: boolean): tf.Tensor {
  const axes = x.shape.slice(0, -1).map((_, axis) => axis);
  const mean = tf.mean(x, axes, true);
  const variance = tf.mean(tf.square(tf.sub(x, mean)), axes, true);
  const normalised = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5)));
  const y = tf.add(tf.mul(normalised, weight), bias);
  return relu ? tf.relu(y) : y;
}

function own(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor, relu: boolean): tf.Tensor {
  return batchNorm(x, weight as tf.Tensor1D, bias as tf.Tensor1D, channelMoments(x), relu);
}

type Op = typeof own;

interface Case {
  readonly shape: readonly number[];
  readonly relu: boolean;
  /** Added to all values. A large mean costs digits. */
  readonly offset: number;
}

const CASES: readonly Case[] = [
  { shape: [3, 1], relu: false, offset: 0 },
  { shape: [8, 10], relu: true, offset: 0 },
  { shape: [64, 256], relu: true, offset: 2 },
  { shape: [4, 1, 1, 3], relu: false, offset: 0 },
  { shape: [1, 3, 5, 4], relu: true, offset: 0 },
  { shape: [2, 63, 65, 8], relu: true, offset: 0 },
  { shape: [3, 17, 17, 6], relu: false, offset: 1 },
  { shape: [5, 9, 9, 16], relu: false, offset: 30 },
];

const nameOf = ({ shape, relu, offset }: Case) =>
  `[${shape}]${relu ? ' with ReLU' : ''}${offset === 0 ? '' : `, around ${offset}`}`;

/** y, dx, dweight and dbias. */
function outcome({ shape, relu, offset }: Case, op: Op): Float32Array[] {
  return tf.tidy(() => {
    const channels = [shape.at(-1)!];
    const x = tf.tensor(
      noise(1, shape).map((value) => value + offset),
      [...shape],
    );
    const weight = tf.tensor1d(noise(2, channels));
    const bias = tf.tensor1d(noise(3, channels));
    const y = op(x, weight, bias, relu);
    const gradients = tf.grads((a, b, c) => op(a!, b!, c!, relu))(
      [x, weight, bias],
      tf.tensor(noise(4, shape), [...shape]),
    );
    return [y, ...gradients].map((tensor) => tensor.dataSync<'float32'>().slice());
  });
}

describe('batchNorm', () => {
  const expected = new Map<Case, Float32Array[]>();
  beforeAll(async () => {
    await useBackend('cpu');
    for (const one of CASES) expected.set(one, outcome(one, textbook));
  });

  // The order matters: kernels that were loaded once stay loaded.
  describe.each([
    { name: 'wasm without SIMD kernels', backend: 'wasm', places: {} },
    { name: 'wasm with SIMD kernels', backend: 'wasm', places: NODE_PLACES },
    { name: 'cpu', backend: 'cpu', places: {} },
  ] as const)('on $name', ({ backend, places }) => {
    beforeAll(async () => {
      await useBackend(backend, places);
    });

    it.each(CASES.map((one) => [nameOf(one), one] as const))(
      'has the values and gradients of the textbook formula: %s',
      (_, one) => {
        const before = tf.memory().numTensors;
        const got = outcome(one, own);
        const tolerance = one.offset > 10 ? 1e-4 : 1e-5;
        got.forEach((values, i) => {
          expect(deviation(values, expected.get(one)![i]!)).toBeLessThan(tolerance);
        });
        expect(tf.memory().numTensors).toBe(before);
      },
    );

    it('takes mean and biased variance over all axes but the channels', () => {
      const values = noise(6, [3, 5, 7, 4]).map((value) => value + 3);
      const x = tf.tensor4d(values, [3, 5, 7, 4]);
      const { mean, variance } = tf.tidy(() => ({ ...channelMoments(x) }));
      for (let channel = 0; channel < 4; channel++) {
        const own = Array.from(values).filter((_, i) => i % 4 === channel);
        const average = own.reduce((sum, value) => sum + value, 0) / own.length;
        const spread = own.reduce((sum, value) => sum + (value - average) ** 2, 0) / own.length;
        expect(mean.dataSync()[channel]).toBeCloseTo(average, 5);
        expect(variance.dataSync()[channel]).toBeCloseTo(spread, 5);
      }
      tf.dispose([x, mean, variance]);
    });
  });
});

describe('updateRunning', () => {
  it('moves by a tenth, towards the unbiased variance', () => {
    const running = { mean: Float32Array.of(1, 0), variance: Float32Array.of(2, 1) };
    updateRunning(running, { mean: [3, -1], variance: [4, 0.5], count: 5 });
    expect(Array.from(running.mean)).toEqual([1.2, -0.1].map(Math.fround));
    expect(Array.from(running.variance)).toEqual([1.8 + 0.5, 0.9 + 0.0625].map(Math.fround));
  });

  it('takes the variance of a single value as it is', () => {
    const running = { mean: Float32Array.of(0), variance: Float32Array.of(1) };
    updateRunning(running, { mean: [2], variance: [0], count: 1 });
    expect(running.variance[0]).toBeCloseTo(0.9, 6);
  });
});

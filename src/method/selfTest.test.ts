import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NODE_PLACES } from '../cli/places.ts';
import { useBackend } from './backend.ts';

const STEMS = ['cifar', 'imagenet'] as const;

describe.each(STEMS)('the self-test with the stem of %s', (stem) => {
  it.each(['wasm', 'cpu'] as const)('passes on %s', async (backend) => {
    const { runSelfTest } = await import('./selfTest.ts');
    await useBackend(backend, NODE_PLACES);
    const result = await runSelfTest(stem);
    expect(result.passed).toBe(true);
    expect(result.worstError).toBeLessThan(1e-4);
  });

  it('leaves no tensors behind', async () => {
    const { runSelfTest } = await import('./selfTest.ts');
    await useBackend('cpu');
    const before = tf.memory().numTensors;
    await runSelfTest(stem);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('the self-test’s stored numbers', () => {
  beforeEach(() => {
    vi.resetModules();
  });
  afterEach(() => {
    vi.doUnmock('./convolution.ts');
    vi.doUnmock('./batchNorm.ts');
    vi.doUnmock('./pooling.ts');
    vi.resetModules();
  });

  it.each(STEMS)('are those of plain JavaScript with tfjs’s own gradients: %s', async (stem) => {
    vi.doMock('./convolution.ts', () => ({
      convolve: (x: tf.Tensor4D, w: tf.Tensor4D, stride: number, padding: number) =>
        tf.conv2d(x, w, stride, padding),
    }));
    vi.doMock('./batchNorm.ts', async (original) => ({
      ...(await original<typeof import('./batchNorm.ts')>()),
      batchNorm: (x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor, _: unknown, relu: boolean) => {
        const axes = x.shape.slice(0, -1).map((_, axis) => axis);
        const mean = tf.mean(x, axes);
        const variance = tf.mean(tf.square(tf.sub(x, mean)), axes);
        const y = tf.add(tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5))), weight), bias);
        return relu ? tf.relu(y) : y;
      },
    }));
    vi.doMock('./pooling.ts', () => ({ stemPool: (x: tf.Tensor4D) => tf.maxPool(x, 3, 2, 1) }));
    const { STORED, selfTestNumbers } = await import('./selfTest.ts');
    await useBackend('cpu');
    const numbers = await selfTestNumbers(stem);
    for (const [key, stored] of Object.entries(STORED[stem])) {
      expect(numbers[key as keyof typeof numbers] / stored).toBeCloseTo(1, 5);
    }
  });
});

describe('a backend that computes wrongly', () => {
  it.each([
    ['Conv2D', 'cifar'],
    ['Step', 'cifar'],
    ['Sigmoid', 'cifar'],
    ['Rsqrt', 'cifar'],
    ['MaxPool', 'imagenet'],
  ] as const)('fails the self-test when %s gives zeros, with the stem of %s', async (kernel, stem) => {
    const { runSelfTest } = await import('./selfTest.ts');
    await useBackend('cpu');
    const right = tf.getKernel(kernel, 'cpu');
    const zeros: tf.KernelFunc = (call) => {
      const result = right.kernelFunc(call);
      for (const { dataId } of Array.isArray(result) ? result : [result]) {
        const values = tf.backend().readSync(dataId);
        if (values instanceof Float32Array) values.fill(0);
      }
      return result;
    };
    tf.unregisterKernel(kernel, 'cpu');
    tf.registerKernel({ ...right, kernelFunc: zeros });
    try {
      expect((await runSelfTest(stem)).passed).toBe(false);
    } finally {
      tf.unregisterKernel(kernel, 'cpu');
      tf.registerKernel(right);
    }
  });
});

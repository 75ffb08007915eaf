import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { useBackend } from '../method/backend.ts';
import { buildNetwork, type NetworkSpec } from '../network/layers.ts';
import { stepFlops } from '../network/macs.ts';
import { measure } from './measure.ts';

const CIFAR = { input: 32, stem: 'cifar', stemPadding: 2, gated: true, bn: 'separate' } as const;
const spec = (width: number, projector: number): NetworkSpec => ({
  ...CIFAR,
  width,
  projector: { hidden: projector, output: projector },
});

it('measure gives figures that belong together, counts steps, and frees its tensors', async () => {
  await useBackend('wasm');
  const before = tf.memory().numTensors;
  const told: number[] = [];
  const result = await measure({ width: 4, batch: 4, steps: 1 }, (done) => told.push(done));
  expect(told).toEqual([1]);
  for (const [name, value] of Object.entries(result)) {
    expect(value, name).toBeGreaterThan(0);
    expect(value, name).toSatisfy(Number.isFinite);
  }
  const { stepMs, imagesPerSecond, gflops, limitGflops, fractionOfLimit } = result;
  expect(fractionOfLimit).toBe(gflops / limitGflops);
  expect(imagesPerSecond * stepMs).toBeCloseTo(4 * 1000, 6);
  // The projector is the default configuration's, 256 wide.
  expect(gflops * 1e9 * (stepMs / 1000)).toBeCloseTo(stepFlops(buildNetwork(spec(4, 256)), 2, 4), -3);
  expect(tf.memory().numTensors).toBe(before);
});

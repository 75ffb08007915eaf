import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { useBackend } from '../method/backend.ts';
import { networkOf } from '../network/fromConfig.ts';
import { builtKernels } from '../wasm/build.ts';
import { kernelRates } from './kernelRates.ts';
import { configOf } from './workload.ts';

it('kernelRates counts all work of a step’s convolutions, times it, and frees its tensors', async () => {
  await useBackend('wasm');
  const before = tf.memory().numTensors;
  const workload = { width: 4, batch: 1 };
  const builds = { plain: await builtKernels({ fused: false, shared: false }) };
  // By this clock everything takes 2 ms.
  let now = 0;
  const clock = () => ++now * 2;
  const told: number[] = [];
  const { rows, step, norms, peak } = await kernelRates({ ...workload, rounds: 2, builds, clock }, (done) =>
    told.push(done),
  );
  expect(told).toEqual([1, 2]);
  for (const { ms, speedUp, name } of rows) {
    expect(ms, name).toEqual({ tfjs: 2, plain: 2 });
    expect(speedUp, name).toEqual({ tfjs: 1, plain: 1 });
  }
  const network = networkOf(configOf(workload), 32);
  expect(step.flops).toBe(rows.reduce((sum, { count, flops }) => sum + count * flops, 0));
  expect(step.flops).toBe(2 * 2 * (3 * network.denseMacs - network.stem.macs));
  expect(step.ms.plain).toBe(2 * rows.reduce((sum, { count }) => sum + count, 0));
  expect(norms.plain).toBe(2 / step.ms.plain!);
  expect(peak.plain).toBe((400_000 * 80) / 2 / 1e6);
  expect(tf.memory().numTensors).toBe(before);
});

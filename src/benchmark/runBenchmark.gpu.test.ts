import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import type { Engine, StepInput } from '../engine.ts';
import { TfjsEngine } from '../method/tfjsEngine.ts';
import { networkOf } from '../network/fromConfig.ts';
import { stepFlops } from '../network/macs.ts';
import { testGpu } from '../webgpu/engine/gpu.fixture.ts';
import { Gpu } from '../webgpu/engine/gpu.ts';
import type { CompiledEngine, OpenEngine } from './compiledEngine.ts';
import { runBenchmark } from './runBenchmark.ts';
import { configOf } from './workload.ts';

/**
 * The reference engine on tfjs's JavaScript backend. It claims fixed costs per step, which the test knows.
 */
class ReferenceInDisguise implements CompiledEngine {
  readonly ahead = 2;
  private steps = 0;
  private before: Promise<unknown> = Promise.resolve();
  constructor(private readonly engine: Engine) {}

  step(input: StepInput) {
    const terms = this.before.then(() => this.stepOnCpu(input));
    this.before = terms;
    return terms;
  }

  private async stepOnCpu(input: StepInput) {
    const active = tf.getBackend();
    await tf.setBackend('cpu');
    const terms = await this.engine.step(input);
    if (active) await tf.setBackend(active);
    this.steps++;
    return terms;
  }

  heldBytes() {
    return { gpu: 1, kernels: null };
  }

  counts() {
    const { steps } = this;
    return {
      dispatches: 300 * steps,
      submits: 2 * steps,
      stepSubmits: 2,
      buffersCreated: 40,
      memoryBytes: 5e6,
      encodeMs: steps / 4,
    };
  }

  profile = async () => [{ kernel: 'convolution', of: 'layer1.0', ms: 2, dispatches: 1 }];
  gradients: Engine['gradients'] = (input) => this.engine.gradients(input);
  encode: Engine['encode'] = (...asked) => this.engine.encode(...asked);
  state = () => this.engine.state();
  load: Engine['load'] = (state) => this.engine.load(state);
  addImages: Engine['addImages'] = (...range) => this.engine.addImages(...range);
  dispose = () => this.engine.dispose();
}

const open: OpenEngine = async (setup) => {
  const { gpu } = await testGpu();
  return {
    engine: new ReferenceInDisguise(new TfjsEngine(setup)),
    gpu: new Gpu(gpu.device),
    adapter: { name: 'test', software: false },
  };
};

const WORK = { width: 4, batch: 2 };

it('compares an engine with stock tfjs, which computes the same loss on WebGPU, and with the limit', async () => {
  const told: string[] = [];
  const order = { ...WORK, steps: 4, stockSteps: 1, profile: true };
  const report = await runBenchmark(order, open, (line) => {
    told.push(line);
  });
  const { stepMs, stockTfjs: stock } = report;
  expect(report).toMatchObject({ dispatches: 300, submits: 2, buffersCreatedPerStep: 0, encodeMs: 0.25 });
  expect(report.imagesPerSecond * stepMs).toBeCloseTo(2000, 6);
  const flops = stepFlops(networkOf(configOf(WORK), 32), 2, WORK.batch);
  expect(report.gflops * 1e6 * stepMs).toBeCloseTo(flops, -3);
  expect(report.fractionOfLimit).toBe(report.gflops / report.limitGflops);
  expect(stock!.lossDifference).toBeLessThan(1e-4);
  expect(stock!.dispatches).toBeGreaterThan(1000);
  expect(stock!.submits).toBeGreaterThan(10);
  expect(report.speedup).toBe(stock!.stepMs / stepMs);
  expect(report.profile).toHaveLength(1);
  expect(told[0]).toBe('compiling the training step');
  expect(told.slice(2)).toEqual([
    'engine: step 2 of 4',
    'matrix products',
    'stock tfjs: warming up',
    'stock tfjs: step 1 of 1',
    'matrix products',
    'engine: step 4 of 4',
  ]);
}, 600_000);

import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { CIFAR10_POLICY, drawView } from '../data/views.ts';
import type { EngineSetup, EngineState, StepInput } from '../engine.ts';
import { SIDE, tinySetup, tinyStep } from '../method/engine.fixture.ts';
import { TfjsEngine } from '../method/tfjsEngine.ts';
import { buildNetwork } from '../network/layers.ts';
import { parameterSpecs } from '../network/parameters.ts';
import { SYSTEMS } from '../network/systems.ts';
import { stream } from '../random.ts';
import { WebGpuEngine } from './engine.ts';
import { untuned } from './tuning.ts';

// The compiled step against the reference engine: plain JavaScript and autodiff.

beforeAll(async () => {
  await tf.setBackend('cpu');
});

async function device(): Promise<GPUDevice> {
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter) throw new Error('the engine is tested on WebGPU, and this browser gives no adapter');
  const { maxStorageBuffersPerShaderStage } = adapter.limits;
  return adapter.requestDevice({ requiredLimits: { maxStorageBuffersPerShaderStage } });
}

const BATCH = tinyStep().indices.length;
const open = async (setup: EngineSetup) =>
  WebGpuEngine.open(await device(), setup, { batch: BATCH, tuning: untuned(true), inputs: 'drawn' });

/** A step with views as they are drawn in training. */
function drawnStep(index: number): StepInput {
  const random = stream(index, 'augment');
  const policy = { ...CIFAR10_POLICY, blur: { ...CIFAR10_POLICY.blur, probability: [0.5, 0.5] as const } };
  const draw = (view: 0 | 1) => Array.from({ length: BATCH }, () => drawView(policy, view, SIDE, random));
  return tinyStep({
    views: [draw(0), draw(1)],
    gateSeeds: [2 * index, 2 * index + 1],
    corridor: 0.9 ** index,
  });
}

/** Largest difference between tensors of two states, relative to the norm of each reference tensor's change. */
function distance(
  got: EngineState,
  expected: EngineState,
  from: EngineState,
): Record<'parameters' | 'momenta' | 'buffers', number> {
  const worst = (key: 'parameters' | 'momenta' | 'buffers') => {
    const errors = [...expected[key]].map(([name, values]) => {
      const start = from[key].get(name)!;
      let [off, moved] = [0, 0];
      values.forEach((value, i) => {
        off += (got[key].get(name)![i]! - value) ** 2;
        moved += (value - start[i]!) ** 2;
      });
      // A bias in front of a BatchNorm has no gradient but rounding: its change is compared with one of 1e-3.
      return Math.sqrt(off) / Math.max(Math.sqrt(moved), 1e-3);
    });
    return Math.max(...errors);
  };
  return { parameters: worst('parameters'), momenta: worst('momenta'), buffers: worst('buffers') };
}

const GATELESS = { gated: false, bn: 'shared' } as const;
const CASES: readonly (readonly [string, EngineSetup])[] = [
  ['dual gating', tinySetup()],
  ['both views gated', tinySetup({ system: SYSTEMS['vicreg-gating'] }, { bn: 'shared' })],
  ['dense', tinySetup({ system: SYSTEMS.vicreg }, GATELESS)],
  ['dual gating, shared BatchNorms', tinySetup({}, { bn: 'shared', stemPadding: 2 })],
  ['a projector of odd widths', tinySetup({}, { projector: { hidden: 9, output: 7 } })],
];

describe('three steps equal the reference engine’s', () => {
  it.each(CASES)('%s', async (_, setup) => {
    const reference = new TfjsEngine(setup);
    const compiled = await open(setup);
    const before = await compiled.state();
    expect(before).toEqual(await reference.state());
    for (let index = 0; index < 3; index++) {
      const input = drawnStep(index);
      const [got, expected] = [await compiled.step(input), await reference.step(input)];
      for (const key of [
        'loss',
        'invariance',
        'variance',
        'covariance',
        'budgetLoss',
        'boundLoss',
      ] as const) {
        expect(Math.abs(got[key] - expected[key]), `${key} of step ${index}`).toBeLessThan(
          2e-4 * Math.max(1, Math.abs(expected[key])),
        );
      }
      if (expected.macRatio === null) expect(got.macRatio).toBeNull();
      else expect(got.macRatio).toBeCloseTo(expected.macRatio, 5);
    }
    const off = distance(await compiled.state(), await reference.state(), before);
    expect(off.parameters).toBeLessThan(1e-2);
    expect(off.momenta).toBeLessThan(1e-2);
    expect(off.buffers).toBeLessThan(1e-3);
    for (const branch of setup.system.branches) {
      const [got, expected] = [
        await compiled.encode(setup.images, 1, 8, branch),
        await reference.encode(setup.images, 1, 8, branch),
      ];
      expect(got.gates).toEqual(expected.gates);
      expected.features.forEach((value, i) => {
        expect(Math.abs(got.features[i]! - value)).toBeLessThan(2e-3 * Math.max(1, Math.abs(value)));
      });
    }
    compiled.dispose();
  });
});

describe('the engine', () => {
  it('allocates nothing over 200 steps, each in one submit', async () => {
    const compiled = await open(tinySetup());
    await compiled.step(tinyStep());
    const before = compiled.counts();
    let last = 0;
    for (let index = 0; index < 200; index++) {
      const terms = compiled.step(tinyStep({ gateSeeds: [index, 0], learningRate: 0.01 }));
      if (index % 10 === 9) last = (await terms).loss;
    }
    await compiled.settled();
    const after = compiled.counts();
    expect(last).toBeGreaterThan(0);
    expect(after.buffersCreated).toBe(before.buffersCreated);
    expect(after.memoryBytes).toBe(before.memoryBytes);
    expect((after.dispatches - before.dispatches) / 200).toBeLessThanOrEqual(320);
    // Steps that went without a copy of their terms may need one that comes by itself.
    expect(after.submits - before.submits).toBeLessThanOrEqual(200 + 20);
    compiled.dispose();
  });

  it('never applies a step whose loss is not finite, nor what was recorded after it', async () => {
    const setup = tinySetup();
    const compiled = await open(setup);
    const terms = [
      compiled.step(tinyStep()),
      compiled.step(tinyStep({ budget: Number.NaN })),
      compiled.step(tinyStep()),
    ];
    const [first, second] = await Promise.all(terms);
    expect(first!.loss).toSatisfy(Number.isFinite);
    expect(second!.loss).toBeNaN();
    const state = await compiled.state();
    const other = await open(setup);
    await other.step(tinyStep());
    expect(state).toEqual(await other.state());
  });

  it('goes on from a state exactly', async () => {
    const setup = tinySetup();
    const straight = await open(setup);
    for (let index = 0; index < 3; index++) await straight.step(drawnStep(index));
    const first = await open(setup);
    await first.step(drawnStep(0));
    const second = await open(setup);
    await second.load(await first.state());
    for (let index = 1; index < 3; index++) await second.step(drawnStep(index));
    expect(await second.state()).toEqual(await straight.state());
  });

  it('says that the device was lost, and gives nothing after it', async () => {
    const gpu = await device();
    const setup = tinySetup();
    const compiled = await WebGpuEngine.open(gpu, setup, {
      batch: BATCH,
      tuning: untuned(true),
      inputs: 'drawn',
    });
    await compiled.step(tinyStep());
    const under = compiled.step(tinyStep());
    gpu.destroy();
    await expect(under).rejects.toThrow(/lost|gave up/);
    await expect(compiled.step(tinyStep())).rejects.toThrow(/lost|gave up/);
    await expect(compiled.state()).rejects.toThrow(/lost|gave up/);
  });

  it('refuses a branch that the system has not', async () => {
    const compiled = await open(tinySetup({ system: SYSTEMS.vicreg }, GATELESS));
    await expect(compiled.encode(tinySetup().images, 0, 1, 'gated')).rejects.toThrow('no gated branch');
  });

  it('trains larger images through the strided stem and its max-pool', async () => {
    const network = buildNetwork({
      ...tinySetup().network.spec,
      input: 40,
      stem: 'imagenet',
    });
    expect(parameterSpecs(network)[0]!.shape).toEqual([4, 3, 7, 7]);
    const setup = tinySetup({}, { input: 40, stem: 'imagenet' });
    const images = {
      count: 8,
      size: 40,
      pixels: Uint8Array.from({ length: 8 * 4800 }, (_, i) => (i * 7919) % 251),
    };
    const view = { ...tinyStep().views[0][0]!, crop: { top: 3, left: 5, height: 30, width: 25 } };
    const input = tinyStep({ views: [Array(BATCH).fill(view), Array(BATCH).fill({ ...view, flip: true })] });
    const reference = new TfjsEngine({ ...setup, images });
    const compiled = await open({ ...setup, images });
    const before = await compiled.state();
    const [got, expected] = [await compiled.step(input), await reference.step(input)];
    expect(got.loss).toBeCloseTo(expected.loss, 3);
    expect(distance(await compiled.state(), await reference.state(), before).parameters).toBeLessThan(1e-2);
  });
});

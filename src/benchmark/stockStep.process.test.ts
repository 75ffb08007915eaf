import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { EngineSetup, EngineState } from '../engine.ts';
import { useBackend } from '../method/backend.ts';
import { tinySetup, tinyStep } from '../method/engine.fixture.ts';
import { deviation } from '../method/numbers.fixture.ts';
import { TfjsEngine } from '../method/tfjsEngine.ts';
import { augmentBatch } from '../method/views/augment.ts';
import { gateDraws, logisticNoise } from '../network/gateNoise.ts';
import { SYSTEMS } from '../network/systems.ts';
import { StockStep } from './stockStep.ts';

beforeAll(async () => {
  await useBackend('cpu');
});

const step = tinyStep();

/** The data of the tiny step, in the form that both programs take. */
function dataOf({ network, images, trainingNormalisation }: EngineSetup) {
  const view = (which: 0 | 1) => augmentBatch(images, step.indices, step.views[which], trainingNormalisation);
  const batch = step.indices.length;
  const noise = gateDraws(network, batch, step.gateSeeds[0]).map(logisticNoise);
  return { batch, views: [view(0), view(1)], noise: [noise, []] } as const;
}

/** Their exact gradient is zero, because a mean is subtracted after them. What is computed is rounding. */
const WITHOUT_GRADIENT = /^projector\.[036]\.bias$/;

/**
 * Names of tensors that differ from the reference's by more than `tolerance`, relative to its largest value.
 */
function astray(got: EngineState, wanted: EngineState, kind: keyof EngineState, tolerance: number): string[] {
  return [...wanted[kind]]
    .filter(([name]) => !WITHOUT_GRADIENT.test(name))
    .map(([name, values]) => ({ name, off: deviation(got[kind].get(name) ?? [], values) }))
    .filter(({ off }) => off > tolerance)
    .map(({ name, off }) => `${name} by ${off}`);
}

describe('the stock step', () => {
  let stock: StockStep;
  afterEach(() => stock.dispose());

  it('has the losses, gradients and running statistics of the reference', async () => {
    // Without weight decay and LARS, the first momentum equals the gradient.
    const setup = tinySetup({ optimizer: { momentum: 0.9, weightDecay: 0, lars: null } });
    stock = new StockStep(setup);
    const reference = new TfjsEngine(setup);
    const terms = await stock.step(dataOf(setup), step);
    const expected = await reference.step(step);
    // The stock step tells neither the terms of each embedding nor norms: its gradients are compared below.
    const { byPass: _, gradientNorms: __, ...sums } = expected;
    for (const [name, value] of Object.entries(sums))
      for (const [i, made] of [terms[name as keyof typeof sums]].flat().entries())
        expect(made, name).toBeCloseTo(Number([value].flat()[i]), 4);
    expect(terms.loss).toBeGreaterThan(10);
    const [got, wanted] = [await stock.state(), await reference.state()];
    expect(astray(got, wanted, 'momenta', 1e-3)).toEqual([]);
    expect(astray(got, wanted, 'buffers', 1e-4)).toEqual([]);
  });

  it('takes the steps of the reference with LARS and weight decay', async () => {
    const setup = tinySetup();
    stock = new StockStep(setup);
    const reference = new TfjsEngine(setup);
    for (let i = 0; i < 2; i++) {
      await stock.step(dataOf(setup), step);
      await reference.step(step);
    }
    const [got, wanted] = [await stock.state(), await reference.state()];
    expect(astray(got, wanted, 'momenta', 5e-3)).toEqual([]);
    expect(astray(got, wanted, 'parameters', 1e-4)).toEqual([]);
  });

  it('leaves no tensor behind', async () => {
    const setup = tinySetup();
    const outside = tf.memory().numTensors;
    stock = new StockStep(setup);
    const before = tf.memory().numTensors;
    await stock.step(dataOf(setup), step);
    expect(tf.memory().numTensors).toBe(before);
    stock.dispose();
    expect(tf.memory().numTensors).toBe(outside);
  });
});

it('refuses a system that it was not written for', () => {
  expect(() => new StockStep(tinySetup({ system: SYSTEMS.vicreg }))).toThrow(
    'must be dual-gating with the cifar stem, got vicreg',
  );
});

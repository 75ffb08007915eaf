import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { NODE_PLACES } from '../cli/places.ts';
import type { EngineState, StepTerms } from '../engine.ts';
import { SYSTEMS } from '../network/systems.ts';
import { useBackend } from './backend.ts';
import { comingImages, hashedImages, SIDE, tinySetup, tinyStep } from './engine.fixture.ts';
import { deviation } from './numbers.fixture.ts';
import { TfjsEngine } from './tfjsEngine.ts';

const flat = ({ parameters, buffers, momenta }: EngineState) => ({
  parameters: [...parameters.values()],
  buffers: [...buffers.values()],
  momenta: [...momenta.values()],
});

/** Terms of some steps, each with gate seeds of its own, and the state after them. */
async function run(engine: TfjsEngine, steps: number) {
  const terms: StepTerms[] = [];
  for (let i = 0; i < steps; i++) terms.push(await engine.step(tinyStep({ gateSeeds: [i, i + 100] })));
  return { terms, state: await engine.state() };
}

describe.each(['wasm', 'cpu'] as const)('the engine on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend, NODE_PLACES);
  });

  it('gives the same run for the same inputs, to the last bit', async () => {
    const first = await run(new TfjsEngine(tinySetup()), 2);
    const second = await run(new TfjsEngine(tinySetup()), 2);
    expect(second.terms).toEqual(first.terms);
    expect(flat(second.state)).toEqual(flat(first.state));
  });

  it('samples other gates for another gate seed, on the same dense pass', async () => {
    const terms = async (seed: number) =>
      new TfjsEngine(tinySetup()).step(tinyStep({ gateSeeds: [seed, 2] }));
    const [one, other] = [await terms(1), await terms(4)];
    expect(other.macRatio).not.toBe(one.macRatio);
    // The second pass of dual gating is dense, so its seed is not used.
    expect(await new TfjsEngine(tinySetup()).step(tinyStep({ gateSeeds: [1, 9] }))).toEqual(one);
  });

  it('takes the same steps on images of which some come later', async () => {
    const whole = await run(new TfjsEngine(tinySetup()), 2);
    const { setup, come } = comingImages(tinySetup(), 3);
    const engine = new TfjsEngine(setup);
    const early = tinyStep({ indices: Uint32Array.of(0, 2, 1, 1, 0, 2) });
    const before = await new TfjsEngine(tinySetup()).step(early);
    expect(await engine.step(early)).toEqual(before);
    await engine.load(setup.initial);
    come();
    engine.addImages(3, setup.images.count);
    expect(await run(engine, 2)).toEqual(whole);
  });

  it('goes on from a loaded state exactly where it was', async () => {
    const engine = new TfjsEngine(tinySetup());
    await engine.step(tinyStep());
    const saved = await engine.state();
    const expected = await engine.step(tinyStep({ gateSeeds: [7, 8] }));
    const other = new TfjsEngine(tinySetup());
    await other.load(saved);
    expect(await other.step(tinyStep({ gateSeeds: [7, 8] }))).toEqual(expected);
  });
});

describe('the engine', () => {
  beforeAll(async () => {
    await useBackend('wasm', NODE_PLACES);
  });

  it('leaves the number of tensors as it was after twenty steps and an evaluation', async () => {
    const engine = new TfjsEngine(tinySetup());
    const before = tf.memory().numTensors;
    await run(engine, 20);
    expect(tf.memory().numTensors).toBe(before);
    await engine.encode(hashedImages(3, SIDE), 0, 3, 'gated');
    expect(tf.memory().numTensors).toBe(before);
  });

  it('lowers the loss of one batch', async () => {
    const { terms } = await run(new TfjsEngine(tinySetup()), 12);
    const mean = (part: readonly StepTerms[]) => part.reduce((sum, { loss }) => sum + loss, 0) / part.length;
    expect(mean(terms.slice(-3))).toBeLessThan(mean(terms.slice(0, 3)) - 1);
  });

  it('reports a loss that is not finite and applies nothing of it', async () => {
    const engine = new TfjsEngine(tinySetup());
    const healthy = await engine.state();
    const weight = 'backbone.conv1.weight';
    const broken = new Map(healthy.parameters).set(
      weight,
      healthy.parameters.get(weight)!.map((value, i) => (i === 0 ? Number.NaN : value)),
    );
    await engine.load({ ...healthy, parameters: broken });
    const before = await engine.state();
    const terms = await engine.step(tinyStep());
    expect(Number.isFinite(terms.loss)).toBe(false);
    expect(flat(await engine.state())).toEqual(flat(before));
  });

  it('adds budget and bound loss to the weighted VICReg terms', async () => {
    const { loss, invariance, variance, covariance, budgetLoss, boundLoss, macRatio } = await new TfjsEngine(
      tinySetup(),
    ).step(tinyStep());
    const vicreg = 25 * invariance + 25 * variance + covariance;
    expect(loss).toBeCloseTo(vicreg + budgetLoss + boundLoss, 4);
    expect(budgetLoss).toBeCloseTo(30 * (macRatio! - 0.3) ** 2, 5);
  });

  it('without gates knows no MAC ratio, and without a dense pass never touches the dense BatchNorms', async () => {
    const dense = new TfjsEngine(tinySetup({ system: SYSTEMS.vicreg }));
    expect((await dense.step(tinyStep())).macRatio).toBeNull();
    const gated = new TfjsEngine(tinySetup({ system: SYSTEMS['vicreg-gating'] }));
    await gated.step(tinyStep());
    const { buffers } = await gated.state();
    const touched = [...buffers].filter(([name, values]) => {
      const start = name.endsWith('running_var') ? 1 : 0;
      return values.some((value) => value !== start);
    });
    expect(touched.some(([name]) => name.includes('_s.'))).toBe(true);
    expect(touched.some(([name]) => name.includes('_t.'))).toBe(false);
  });

  it('never decays gates, and never moves a parameter that no pass uses', async () => {
    const setup = tinySetup({
      system: SYSTEMS.vicreg,
      optimizer: { momentum: 0.9, weightDecay: 0.5, lars: null },
    });
    const engine = new TfjsEngine(setup);
    await engine.step(tinyStep());
    const { parameters } = await engine.state();
    for (const [name, values] of parameters) {
      if (name.includes('mask_c')) expect(values).toEqual(setup.initial.parameters.get(name));
    }
  });

  it('encodes a stretch of images as it encodes them one by one', async () => {
    const engine = new TfjsEngine(tinySetup());
    await run(engine, 1);
    const images = hashedImages(5, SIDE);
    const { features } = tinySetup().network;
    const together = await engine.encode(images, 1, 5, 'gated');
    expect(together.features.length).toBe(4 * features);
    for (let image = 1; image < 5; image++) {
      const alone = await engine.encode(images, image, image + 1, 'gated');
      const row = together.features.subarray((image - 1) * features, image * features);
      expect(deviation(alone.features, row)).toBeLessThan(1e-5);
      alone.gates.forEach((gate, l) => {
        const channels = gate.length;
        expect(together.gates[l]!.subarray((image - 1) * channels, image * channels)).toEqual(gate);
      });
    }
    expect((await engine.encode(images, 0, 1, 'dense')).gates).toEqual([]);
  });

  it('refuses states that lack a tensor or have one of another size', async () => {
    const engine = new TfjsEngine(tinySetup());
    const state = await engine.state();
    const without = new Map(state.parameters);
    without.delete('projector.0.weight');
    await expect(engine.load({ ...state, parameters: without })).rejects.toThrow(
      'projector.0.weight is missing',
    );
    const short = new Map(state.buffers).set('backbone.bn1.running_mean', new Float32Array(3));
    await expect(engine.load({ ...state, buffers: short })).rejects.toThrow(
      'backbone.bn1.running_mean must have 4 values, got 3',
    );
  });
});

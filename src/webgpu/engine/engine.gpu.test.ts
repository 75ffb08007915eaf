import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { EngineSetup } from '../../engine.ts';
import { tinySetup, tinyStep } from '../../method/engine.fixture.ts';
import { TfjsEngine } from '../../method/tfjsEngine.ts';
import { SYSTEMS } from '../../network/systems.ts';
import { untuned } from '../kernels/convolution/tuning.ts';
import { drawnStep, expectSteps, newDevice, openTiny } from './engine.fixture.ts';

/** The device that most engines share, because each kernel is compiled once per device. */
let shared: GPUDevice;
beforeAll(async () => {
  await tf.setBackend('cpu');
  shared = await newDevice();
});

const open = (setup: EngineSetup, device = shared) => openTiny(setup, device);

const GATELESS = { gated: false, bn: 'shared' } as const;
/**
 * Each case has the number of its first draw. The dense case does not start at 0: in its second step one ReLU
 * of the first block would be so near its threshold that rounding switches it. That changes the gradients
 * before it by a hundredth, and not the others.
 */
const CASES: readonly (readonly [string, EngineSetup, number])[] = [
  ['dual gating', tinySetup(), 0],
  ['both views gated', tinySetup({ system: SYSTEMS['vicreg-gating'] }, { bn: 'shared' }), 0],
  [
    'both views gated, by wider gate heads and the mean of their budgets',
    tinySetup(
      { system: SYSTEMS['vicreg-gating'], objective: { ...tinySetup().objective, gatedLoss: 'mean' } },
      { bn: 'shared', minBottleneck: 3 },
    ),
    0,
  ],
  ['dense', tinySetup({ system: SYSTEMS.vicreg }, GATELESS), 10],
  ['dual gating, shared BatchNorms', tinySetup({}, { bn: 'shared', stemPadding: 2 }), 0],
  ['a projector of odd widths', tinySetup({}, { projector: { hidden: 9, output: 7 } }), 0],
];

describe('three steps, each from the reference engine’s state, equal its own', () => {
  it.each(CASES)('%s', async (_, setup, first) => {
    await expectSteps(setup, shared, first);
  });

  it('in the long tiles of a long run', async () => {
    await expectSteps(tinySetup(), shared, 0, { tuning: untuned('software') });
  });

  it('and 20 steps on its own have losses like the reference engine’s', async () => {
    const setup = tinySetup();
    const reference = new TfjsEngine(setup);
    const compiled = await open(setup);
    const apart: number[] = [];
    const sums = { compiled: 0, reference: 0 };
    for (let index = 0; index < 20; index++) {
      const input = { ...drawnStep(index), learningRate: 0.01 };
      const [got, expected] = [await compiled.step(input), await reference.step(input)];
      apart.push(Math.abs(got.loss - expected.loss) / expected.loss);
      sums.compiled += got.loss;
      sums.reference += expected.loss;
    }
    compiled.dispose();
    console.info(`losses apart, relative: ${apart.map((value) => value.toExponential(0)).join(' ')}`);
    // The engines cannot stay closer. Float32 rounding switches a ReLU or a gate that is at its threshold,
    // each switch changes the next weights, and the distance grows severalfold per step. The reference engine
    // on two backends of tfjs, plain JavaScript and WebAssembly, differs as much: 2e-5 after 4 steps, up to
    // .4 after 15.
    expect(Math.max(...apart.slice(0, 4))).toBeLessThan(1e-4);
    expect(Math.abs(sums.compiled / sums.reference - 1)).toBeLessThan(0.1);
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
    // Some steps go without a copy of their terms. Their terms may need an extra submit.
    expect(after.submits - before.submits).toBeLessThanOrEqual(200 + 20);
    compiled.dispose();
  });

  it('never applies a step whose loss is not finite, nor what was recorded after it', async () => {
    const setup = tinySetup();
    const compiled = await open(setup);
    const terms = [
      compiled.step(tinyStep()),
      compiled.step(tinyStep({ aim: Number.NaN })),
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
    const gpu = await newDevice();
    const compiled = await open(tinySetup(), gpu);
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
});

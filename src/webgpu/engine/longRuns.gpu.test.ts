import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../method/backend.ts';
import { tinySetup, tinyStep } from '../../method/engine.fixture.ts';
import { TfjsEngine } from '../../method/tfjsEngine.ts';
import { drawnStep } from '../../plan/reference.fixture.ts';
import { untuned } from '../kernels/convolution/tuning.ts';
import { expectSteps, newDevice, openTiny } from './engine.fixture.ts';
import { inParts } from './pacing.ts';

let device: GPUDevice;
beforeAll(async () => {
  await useBackend('cpu');
  device = await newDevice();
});

/** The tiles that long runs have. */
const LONG = untuned('software');

describe('three steps, each from the reference engine’s state, equal its own', () => {
  it('in the long tiles of a long run', async () => {
    await expectSteps(tinySetup(), device, 0, { tuning: LONG });
  });

  it('and 20 steps on its own have losses like the reference engine’s', async () => {
    const setup = tinySetup();
    const reference = new TfjsEngine(setup);
    const compiled = await openTiny(setup, device, { tuning: LONG });
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
    // No closer than that: float32 rounding turns a ReLU or a gate over where it stands at its threshold,
    // each turn changes the next weights, and the distance grows severalfold a step. The reference engine on
    // two backends of tfjs, plain JavaScript and WebAssembly, is as far from itself: 2e-5 after 4 steps, up
    // to .4 after 15.
    expect(Math.max(...apart.slice(0, 4))).toBeLessThan(1e-4);
    expect(Math.abs(sums.compiled / sums.reference - 1)).toBeLessThan(0.1);
  });
});

describe('the engine', () => {
  it('allocates nothing over 200 steps, each in one submit', async () => {
    const compiled = await openTiny(tinySetup(), device, { tuning: LONG, pace: inParts(1) });
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
});

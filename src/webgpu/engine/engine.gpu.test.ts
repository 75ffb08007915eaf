import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { EngineSetup } from '../../engine.ts';
import { useBackend } from '../../method/backend.ts';
import { comingImages, tinySetup, tinyStep } from '../../method/engine.fixture.ts';
import { SYSTEMS } from '../../network/systems.ts';
import { CASES, drawnStep, GATELESS, ODD_WIDTHS } from '../../plan/reference.fixture.ts';
import { expectSteps, newDevice, openTiny } from './engine.fixture.ts';
import type { WebGpuEngine } from './engine.ts';
import { inParts, type Pace } from './pacing.ts';

/** What all engines share: each kernel is compiled once for a device. */
let shared: GPUDevice;
beforeAll(async () => {
  await useBackend('cpu');
  shared = await newDevice();
});

const opened: WebGpuEngine[] = [];
afterEach(() => {
  for (const engine of opened.splice(0)) engine.dispose();
});

async function open(setup: EngineSetup, pace?: Pace): Promise<WebGpuEngine> {
  const engine = await openTiny(setup, shared, pace && { pace });
  opened.push(engine);
  return engine;
}

describe('three steps, each from the reference engine’s state, equal its own', () => {
  it.each([...CASES, ...ODD_WIDTHS])('%s', async (_, setup, first) => {
    await expectSteps(setup, shared, first);
  });
});

describe('the engine', () => {
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

  it('takes the same steps on images of which some come later', async () => {
    const whole = await open(tinySetup());
    const { setup, come } = comingImages(tinySetup(), 3);
    const parts = await open(setup);
    const early = tinyStep({ indices: Uint32Array.of(0, 2, 1, 1, 0, 2) });
    expect(await parts.step(early)).toEqual(await whole.step(early));
    const steps = [early, drawnStep(0), drawnStep(1)];
    const expected = steps.map((input) => whole.step(input));
    const first = parts.step(early);
    come();
    parts.addImages(3, setup.images.count);
    const later = [drawnStep(0), drawnStep(1)].map((input) => parts.step(input));
    expect(await Promise.all([first, ...later])).toEqual(await Promise.all(expected));
    expect(await parts.state()).toEqual(await whole.state());
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

  it('computes the same bits in one submit and in five', async () => {
    const setup = tinySetup();
    const [whole, cut] = [await open(setup, inParts(1)), await open(setup, inParts(5))];
    expect([whole.counts().stepSubmits, cut.counts().stepSubmits]).toEqual([1, 5]);
    const before = cut.counts().submits;
    for (let index = 0; index < 2; index++) {
      expect(await cut.step(drawnStep(index))).toEqual(await whole.step(drawnStep(index)));
    }
    expect(cut.counts().submits - before).toBe(10);
    expect(await cut.state()).toEqual(await whole.state());
    const features = (engine: WebGpuEngine) => engine.encode(setup.images, 0, 5, 'gated');
    expect(await features(cut)).toEqual(await features(whole));
  });

  it('times its steps and decides by them in how many submits they go', async () => {
    let took: (ms: readonly number[]) => void = () => {};
    const heard = new Promise<readonly number[]>((resolve) => {
      took = resolve;
    });
    const timed = await open(tinySetup(), (dispatches) => ({ ends: inParts(3)(dispatches).ends, took }));
    await timed.step(tinyStep());
    const ms = await heard;
    expect(ms).toHaveLength(3);
    expect(Math.min(...ms)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...ms)).toBeGreaterThan(0);
    const unknown = await open(tinySetup());
    expect(unknown.counts().stepSubmits).toBe(8);
  });

  it('refuses a branch that the system has not', async () => {
    const compiled = await open(tinySetup({ system: SYSTEMS.vicreg }, GATELESS));
    await expect(compiled.encode(tinySetup().images, 0, 1, 'gated')).rejects.toThrow('no gated branch');
  });

  // The last one, because it loses the device that all share: another would have to compile every kernel
  // again.
  it('says that the device was lost, and gives nothing after it', async () => {
    const compiled = await open(tinySetup());
    await compiled.step(tinyStep());
    const under = compiled.step(tinyStep());
    shared.destroy();
    await expect(under).rejects.toThrow(/lost|gave up/);
    await expect(compiled.step(tinyStep())).rejects.toThrow(/lost|gave up/);
    await expect(compiled.state()).rejects.toThrow(/lost|gave up/);
  });
});

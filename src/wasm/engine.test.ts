import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { EngineSetup } from '../engine.ts';
import { useBackend } from '../method/backend.ts';
import { hashedImages, tinySetup } from '../method/engine.fixture.ts';
import { slimSetup } from '../method/slimmable.fixture.ts';
import { TfjsEngine } from '../method/tfjsEngine.ts';
import {
  BATCH,
  CASES,
  drawnStep,
  expectFeatures,
  expectSteps,
  ODD_WIDTHS,
  stepTogether,
} from '../plan/reference.fixture.ts';
import { CpuEngine } from './engine.ts';
import { nodePlaces } from './threads/nodePlaces.ts';
import type { Machine } from './threads/places.ts';

beforeAll(() => useBackend('cpu'));

const opened: CpuEngine[] = [];
afterEach(() => {
  for (const engine of opened.splice(0)) engine.dispose();
});

async function open(setup: EngineSetup, machine: Machine): Promise<CpuEngine> {
  const options = { batch: BATCH, inputs: 'drawn', machine, places: nodePlaces() } as const;
  const engine = await CpuEngine.open(setup, options);
  opened.push(engine);
  return engine;
}

const PLAIN: Machine = { fused: false, threads: 1 };
const FUSED_TWICE: Machine = { fused: true, threads: 2 };

describe('three steps, plain, and fused on two threads, each from the reference engine’s state, equal its own', () => {
  it.each([...CASES, ...ODD_WIDTHS])('%s', async (_, setup, first) => {
    await expectSteps(setup, [() => open(setup, PLAIN), () => open(setup, FUSED_TWICE)], first);
  });
});

const STEM = { stem: 'imagenet' } as const;
const CLR = { slimForm: 'slimclr', slowStart: false, reweighting: true, distillation: true } as const;

describe('two steps, each from the reference engine’s state, equal its own', () => {
  it.each<readonly [string, EngineSetup]>([
    ['the 7×7 stem, an even side', tinySetup({}, { ...STEM, input: 48 })],
    ['the 7×7 stem, a side that leaves odd maps', tinySetup({}, { ...STEM, input: 37 })],
    ['a full width and a half', slimSetup({ slimForm: 'dual', slimWidth: 0.5 })],
    ['a width of whole quads nowhere', slimSetup({ slimForm: 'dual', slimWidth: 0.55 })],
  ])('%s', async (_, setup) => {
    await expectSteps(setup, [() => open(setup, PLAIN)], 0, 2);
  });

  it('the 3×3 stem on 64 pixels, one step', async () => {
    const setup = tinySetup({}, { input: 64 });
    await expectSteps(setup, [() => open(setup, PLAIN)], 0, 1);
  });

  it('SlimCLR, with widths left out and in', async () => {
    const setup = slimSetup(CLR, { projector: { hidden: 14, output: 9 } });
    const reference = new TfjsEngine(setup);
    const engine = await open(setup, PLAIN);
    await stepTogether(setup, reference, [engine], drawnStep(0));
    // Only the distillation of the narrowest width counts, and nothing of the second.
    const termWeights = setup.system.terms.map(({ weight }, term) =>
      [1, 2, 5].includes(term) ? 0 : 1.5 * weight,
    );
    await stepTogether(setup, reference, [engine], { ...drawnStep(3), termWeights });
    await expectFeatures(setup, reference, [engine]);
  });
});

describe.each([false, true])('the engine, fused: %s', (fused) => {
  it('leaves the same bits on one thread, two and three, also where it goes on from a state', async () => {
    const setup = tinySetup();
    const ends = [1, 2, 3].map(async (threads) => {
      const engine = await open(setup, { fused, threads });
      await engine.step(drawnStep(0));
      const goesOn = await open({ ...setup, initial: await engine.state() }, { fused, threads: 1 });
      for (const each of [engine, goesOn]) await each.step(drawnStep(1));
      expect(await goesOn.state()).toEqual(await engine.state());
      return engine.state();
    });
    const [one, ...others] = await Promise.all(ends);
    for (const other of others) expect(other).toEqual(one);
  });

  it('leaves the bits of the whole batch in features and gates of a part of it, on any threads', async () => {
    const setup = tinySetup();
    const images = hashedImages(setup.system.passes.length * BATCH, setup.network.spec.input);
    const whole = await open(setup, { fused, threads: 1 });
    for (const branch of setup.system.branches) {
      const all = await whole.encode(images, 0, images.count, branch);
      for (const threads of [1, 2, 3]) {
        // What a larger part left in the memory must not be seen in a smaller one.
        const engine = threads === 1 ? whole : await open(setup, { fused, threads });
        for (const [from, to] of [
          [0, 1],
          [1, images.count],
          [2, 4],
        ] as const) {
          const part = await engine.encode(images, from, to, branch);
          const rows = <T extends Float32Array | Uint8Array>(values: T) => {
            const columns = values.length / images.count;
            return values.slice(from * columns, to * columns);
          };
          expect(part.features).toEqual(rows(all.features));
          expect(part.gates).toEqual(all.gates.map(rows));
        }
      }
    }
  });

  it('never applies a step whose loss is not finite, nor one after it', async () => {
    const setup = tinySetup();
    const engine = await open(setup, { fused, threads: 1 });
    const before = await engine.state();
    const weights = before.parameters.get('projector.6.weight')!;
    await engine.load({
      ...before,
      parameters: new Map(before.parameters).set(
        'projector.6.weight',
        weights.map(() => Number.NaN),
      ),
    });
    const stuck = await engine.state();
    expect((await engine.step(drawnStep(0))).loss).toBeNaN();
    await engine.step(drawnStep(1));
    expect(await engine.state()).toEqual(stuck);
  });
});

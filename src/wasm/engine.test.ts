import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { EngineSetup } from '../engine.ts';
import { useBackend } from '../method/backend.ts';
import { tinySetup } from '../method/engine.fixture.ts';
import { BATCH, CASES, drawnStep, expectSteps } from '../plan/reference.fixture.ts';
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

describe.each([
  ['plain', { fused: false, threads: 1 }],
  ['fused, two threads', { fused: true, threads: 2 }],
])('three steps, each from the reference engine’s state, equal its own: %s', (_, machine) => {
  it.each(CASES)('%s', async (_, setup, first) => {
    await expectSteps(setup, () => open(setup, machine), first);
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

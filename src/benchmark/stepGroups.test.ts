import { describe, expect, it } from 'vitest';
import { engineSetup } from '../session/stage.ts';
import { CpuEngine } from '../wasm/engine.ts';
import { nodePlaces } from '../wasm/threads/nodePlaces.ts';
import { GROUPS, stepGroups } from './stepGroups.ts';
import { configOf, noiseImages, stepInputs } from './workload.ts';

const WORKLOAD = { width: 4, batch: 2 };
const OPTIONS = { batch: WORKLOAD.batch, inputs: 'drawn' } as const;

describe('the groups of a step', () => {
  it('are those of its calls, views first and the optimiser last, and all occur', async () => {
    const groups = stepGroups(engineSetup(configOf(WORKLOAD), noiseImages(2)), OPTIONS);
    expect(new Set(groups)).toEqual(new Set(GROUPS));
    const inOrder = groups.filter((group, i) => group !== groups[i - 1]);
    expect([inOrder.includes('views'), inOrder.at(-1)]).toEqual([true, 'optimiser']);
    expect(inOrder.indexOf('projector')).toBeLessThan(inOrder.indexOf('VICReg and loss'));
  });

  it('let the engine time a step in parts, which leave what a whole step leaves', async () => {
    const config = configOf(WORKLOAD);
    const setup = engineSetup(config, noiseImages(2));
    const machine = { fused: false, threads: 1 };
    const open = () => CpuEngine.open(setup, { ...OPTIONS, machine, places: nodePlaces() });
    const [whole, parts] = [await open(), await open()];
    const input = stepInputs(config)();
    // The first step writes the input; the second is of the same input.
    for (const engine of [whole, parts]) await engine.step(input);
    await whole.step(input);
    let now = 0;
    const profile = await parts.profiler(stepGroups(setup, OPTIONS), () => now++);
    const spent = profile();
    expect([...spent.keys()].toSorted()).toEqual([...GROUPS].toSorted());
    expect((await parts.state()).parameters).toEqual((await whole.state()).parameters);
    await expect(parts.profiler([], () => now)).rejects.toThrow(
      /^profile: groups must be of \d+ calls, got 0$/,
    );
    for (const engine of [whole, parts]) engine.dispose();
  });
});

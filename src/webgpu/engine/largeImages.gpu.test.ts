import { beforeAll, describe, expect, it } from 'vitest';
import type { EngineSetup } from '../../engine.ts';
import { useBackend } from '../../method/backend.ts';
import { tinySetup } from '../../method/engine.fixture.ts';
import { parameterSpecs } from '../../network/parameters.ts';
import { SYSTEMS } from '../../network/systems.ts';
import { untuned } from '../kernels/convolution/tuning.ts';
import { expectSteps, newDevice } from './engine.fixture.ts';

// Compares the compiled step with the reference engine for larger images: their views with blur, the 7×7 stem
// with its max-pool, and the features behind it.

let device: GPUDevice;
beforeAll(async () => {
  await useBackend('cpu');
  device = await newDevice();
});

/** Those of a hardware adapter are small, and compiled in a fraction of the time where there is none. */
const TILES = { tuning: untuned('hardware') };

const STEM = { stem: 'imagenet' } as const;

const CASES: readonly (readonly [string, EngineSetup])[] = [
  ['dual gating, an even side', tinySetup({}, { ...STEM, input: 48 })],
  [
    'both views gated, a side that leaves odd maps',
    tinySetup({ system: SYSTEMS['vicreg-gating'] }, { ...STEM, input: 37, bn: 'shared' }),
  ],
  ['dense', tinySetup({ system: SYSTEMS.vicreg }, { ...STEM, input: 29, gated: false, bn: 'shared' })],
];

describe('two steps of the 7×7 stem, each from the reference engine’s state, equal its own', () => {
  it.each(CASES)('%s', async (_, setup) => {
    expect(parameterSpecs(setup.network)[0]!.shape).toEqual([4, 3, 7, 7]);
    await expectSteps(setup, device, 0, { ...TILES, steps: 2 });
  });
});

it('a step of the 3×3 stem on 64 pixels equals the reference engine’s', async () => {
  await expectSteps(tinySetup({}, { input: 64 }), device, 0, { ...TILES, steps: 1 });
});

import { expect, it } from 'vitest';
import { noiseData, TINY } from '../session/session.fixture.ts';
import { engineSetup } from '../session/stage.ts';
import { openNodeEngine } from './openNodeEngine.ts';

const order = { config: TINY, setup: engineSetup(TINY, noiseData().train), tell: () => {} };

it('auto is WebAssembly in Node, and says how to get a GPU', async () => {
  const { engine, info } = await openNodeEngine({ ...order, choice: 'auto' });
  engine.dispose();
  expect([info.name, info.reason]).toEqual(['wasm', expect.stringContaining('--engine webgpu')]);
});

it('an engine that is named is taken as such', async () => {
  const { engine, info } = await openNodeEngine({ ...order, choice: 'cpu' });
  engine.dispose();
  expect([info.name, info.reason]).toEqual(['cpu', 'Chosen by you.']);
});

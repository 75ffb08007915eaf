import { expect, it } from 'vitest';
import type { EngineChoice } from '../run/protocol.ts';
import type { EngineOrder } from './engineOrder.ts';
import { openEngine } from './engines.ts';
import { RunFailure } from './failure.ts';
import { noiseData, TINY } from './session.fixture.ts';
import { engineSetup } from './stage.ts';

// Node has no WebGPU.

function order(choice: EngineChoice): EngineOrder {
  return { choice, config: TINY, setup: engineSetup(TINY, noiseData().train), tell: () => {} };
}

it('auto takes WASM where there is no WebGPU adapter, and says why', async () => {
  const { engine, info } = await openEngine(order('auto'), {});
  expect(info.name).toBe('wasm');
  expect(info.reason).toBe('There is no WebGPU adapter here.');
  expect(info.details.Backend).toContain('WebAssembly');
  expect(info.selfTest.worstError).toBeLessThan(1e-3);
  engine.dispose();
});

it('an engine that was asked for is opened as such', async () => {
  const { engine, info } = await openEngine(order('cpu'), {});
  expect([info.name, info.reason]).toEqual(['cpu', 'Chosen by you.']);
  engine.dispose();
});

it('WebGPU that was asked for and is not there is a failure with advice, never another engine', async () => {
  const fault = await openEngine(order('webgpu'), {}).catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(RunFailure);
  expect(fault).toMatchObject({
    reason: 'engine',
    message: expect.stringContaining('no adapter'),
    advice: expect.stringContaining('WASM'),
  });
});

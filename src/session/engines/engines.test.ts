import { afterEach, expect, it, vi } from 'vitest';
import type { EngineChoice } from '../../run/protocol.ts';
import { nodePlaces } from '../../wasm/threads/nodePlaces.ts';
import { RunFailure } from '../failure.ts';
import { noiseData, TINY } from '../session.fixture.ts';
import { engineSetup } from '../stage.ts';
import type { EngineOrder } from './engineOrder.ts';
import { openEngine } from './engines.ts';

// Node has no WebGPU.

afterEach(() => vi.unstubAllGlobals());

function order(choice: EngineChoice): EngineOrder {
  return { choice, config: TINY, setup: engineSetup(TINY, noiseData().train), tell: () => {} };
}

it('auto takes WASM where there is no WebGPU adapter, and says why', async () => {
  const { engine, info } = await openEngine(order('auto'), { pool: nodePlaces() });
  expect(info.name).toBe('wasm');
  expect(info.reason).toBe('There is no WebGPU adapter here.');
  expect(info.details.Backend).toContain('WebAssembly');
  expect(info.selfTest.worstError).toBeLessThan(1e-3);
  engine.dispose();
});

it('an engine that was asked for is opened as such', async () => {
  const { engine, info } = await openEngine(order('cpu'), { pool: nodePlaces() });
  expect([info.name, info.reason]).toEqual(['cpu', 'Chosen by you.']);
  engine.dispose();
});

it('WebGPU that was asked for and is not there is a failure with advice, never another engine', async () => {
  const fault = await openEngine(order('webgpu'), { pool: nodePlaces() }).catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(RunFailure);
  expect(fault).toMatchObject({
    reason: 'engine',
    message: expect.stringContaining('no adapter'),
    advice: expect.stringContaining('WASM'),
  });
});

it('WASM that cannot be had is a failure with advice that does not name it, and is replaced by no engine', async () => {
  for (const choice of ['wasm', 'auto'] as const) {
    const fault = await openEngine({ ...order(choice), threads: 0 }, { pool: nodePlaces() }).catch(
      (error: unknown) => error,
    );
    expect(fault).toBeInstanceOf(RunFailure);
    expect(fault).toMatchObject({
      reason: 'engine',
      message: expect.stringContaining('needs a whole number of threads from 1 to 64, got 0'),
      advice: expect.stringMatching(/^Choose another engine \(WebGPU where there is a GPU, /),
    });
  }
});

it('says which GPU was refused, which the browser offered only when it was asked again', async () => {
  const limits = {
    maxBufferSize: 1,
    maxStorageBufferBindingSize: 1,
    maxStorageBuffersPerShaderStage: 1,
    maxComputeWorkgroupsPerDimension: 1,
  };
  const adapter = { info: { vendor: 'acme', architecture: 'x1' }, limits, features: new Set() };
  let asked = 0;
  const requestAdapter = async () => (asked++ === 0 ? null : adapter);
  vi.stubGlobal('navigator', { gpu: { requestAdapter } });
  const { engine, info } = await openEngine(order('auto'), { pool: nodePlaces() });
  expect(info.name).toBe('wasm');
  expect(info.reason).toMatch(/^WebGPU was tried and refused: acme x1: ./);
  engine.dispose();
  expect(
    await openEngine(order('webgpu'), { pool: nodePlaces() }).catch((error: unknown) => error),
  ).toMatchObject({
    reason: 'engine',
    message: expect.stringMatching(/^acme x1: ./),
  });
});

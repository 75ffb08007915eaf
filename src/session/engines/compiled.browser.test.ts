import { expect, it } from 'vitest';
import { findAdapter } from '../../adapter.ts';
import type { SessionNews } from '../../run/protocol.ts';
import { pagePlaces } from '../../wasm/threads/pagePlaces.ts';
import { untuned } from '../../webgpu/kernels/convolution/tuning.ts';
import { requirementsOf } from '../../webgpu/plan/requirements.ts';
import { noiseData, TINY } from '../session.fixture.ts';
import { engineSetup } from '../stage.ts';
import { kindOf, modelledTuning } from './adapterTuning.ts';
import { openCompiled, selfTestOn } from './compiled.ts';
import { openEngine } from './engines.ts';

async function adapter(): Promise<GPUAdapter> {
  const found = await findAdapter();
  if (found === null) throw new Error('the engine is tested on WebGPU, and this browser gives no adapter');
  return found;
}

const setup = () => engineSetup(TINY, noiseData().train);

it('opens with its self-test passed, and says on what it computes', async () => {
  const told: SessionNews[] = [];
  const { engine, info } = await openCompiled(await adapter(), 'A test.', {
    ...{ choice: 'webgpu', config: TINY, setup: setup() },
    tell: (news) => told.push(news),
  });
  expect(info.name).toBe('webgpu');
  expect(info.reason).toBe('A test.');
  expect(info.selfTest.worstError).toBeLessThan(1e-3);
  const tuning = modelledTuning(kindOf(await adapter()), TINY, setup());
  const planned = requirementsOf(setup(), { batch: TINY.batch, tuning, inputs: 'drawn' }).bytes / 1e6;
  const [, allocated] = /^([\d.]+) MB$/.exec(info.details['GPU memory']!)!;
  expect(Math.abs(Number(allocated) / planned - 1)).toBeLessThan(0.1);
  expect(told.flatMap((news) => (news.kind === 'progress' ? [news.task] : []))).toEqual([
    'Testing the GPU',
    'Compiling the training step',
  ]);
  engine.dispose();
});

it('refuses an adapter whose kernels compute wrongly', async () => {
  const device = await (await adapter()).requestDevice();
  const right = device.createShaderModule.bind(device);
  device.createShaderModule = (module) =>
    right({ ...module, code: module.code.replaceAll('/ sqrt(variance', '/ (variance') });
  await expect(selfTestOn(device, untuned('software', 'short'), 'cifar')).rejects.toThrow(
    'its self-test is off by',
  );
  device.destroy();
});

it('is compared with WASM on a software adapter, and the faster one taken', async () => {
  const places = { wasmPath: new URL('/wasm/', location.href).href, pool: pagePlaces() };
  const { engine, info } = await openEngine(
    { choice: 'auto', config: TINY, setup: setup(), tell: () => {} },
    places,
  );
  // With a network this small, either engine may win. The sentence names the winner first.
  expect(info.reason).toMatch(
    /^Measured here: (WASM|WebGPU on .+) |^WASM takes [\d.]+ s .+ was not ready within/,
  );
  expect(info.name).toBe(/^(Measured here: )?WASM/.test(info.reason) ? 'wasm' : 'webgpu');
  engine.dispose();
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WHOLE } from '../../data/formats/files.ts';
import { scriptedWorker } from '../../link/scriptedWorker.fixture.ts';
import { useSettings } from '../settings.ts';
import { dataOf } from './files.ts';
import { type MemoryNeed, memoryKey, memoryNeeds } from './memory.ts';

const settings = useSettings.getInitialState();
const NEVER = new AbortController().signal;

const ScriptedWorker = scriptedWorker<never>();

beforeEach(() => {
  ScriptedWorker.all = [];
  vi.stubGlobal('Worker', ScriptedWorker);
});

afterEach(() => vi.unstubAllGlobals());

const file = (path: string, size: number) => ({ path, file: { name: path, size } as File });

describe('the plan of a run’s memory', () => {
  it('is made anew for what changes it, and for nothing else', () => {
    const key = memoryKey(settings);
    const { config } = settings;
    expect(memoryKey({ ...settings, config: { ...config, seed: 9, budget: 0.7, steps: 3 } })).toBe(key);
    for (const change of [{ width: 12 }, { batch: 65 }, { projector: 64 }, { separateBn: false }] as const) {
      expect(memoryKey({ ...settings, config: { ...config, ...change } }), JSON.stringify(change)).not.toBe(
        key,
      );
    }
    expect(memoryKey({ ...settings, engine: 'wasm' })).not.toBe(key);
    const files = dataOf([file('data_batch_1.bin', 3073 * 5000)]);
    expect(memoryKey({ ...settings, source: files })).toBe(key);
    expect(memoryKey({ ...settings, source: { ...files, side: 48 } })).not.toBe(key);
    expect(memoryKey({ ...settings, source: { ...files, limits: { train: 50, test: null } } })).not.toBe(key);
  });

  it('says nothing of settings that cannot run', async () => {
    const broken = { ...settings, config: { ...settings.config, width: 1 } };
    expect(await memoryNeeds(broken, NEVER)).toBeNull();
    const empty = { ...settings, source: { kind: 'files', ...WHOLE, train: [], test: [] } } as const;
    expect(await memoryNeeds(empty, NEVER)).toBeNull();
    const uncounted = { ...settings, source: dataOf([file('holiday.zip', 1e6)]) };
    expect(await memoryNeeds(uncounted, NEVER)).toBeNull();
  });

  it('comes from a worker that ends with its answer', async () => {
    const needs = memoryNeeds(settings, NEVER);
    const [worker] = ScriptedWorker.all;
    expect(worker!.told).toEqual([
      { config: settings.config, engines: ['webgpu', 'wasm'], images: { count: 5000, size: 32 } },
    ]);
    const answer: MemoryNeed[] = [{ engine: 'webgpu', bytes: 1e8 }];
    worker!.dispatchEvent(new MessageEvent('message', { data: answer }));
    expect(await needs).toEqual(answer);
    expect(worker!.alive).toBe(false);
  });

  it('is given up when the settings change meanwhile', async () => {
    const stale = new AbortController();
    const needs = memoryNeeds({ ...settings, engine: 'wasm' }, stale.signal);
    stale.abort();
    await expect(needs).rejects.toThrow(/abort/i);
    expect(ScriptedWorker.all[0]!.alive).toBe(false);
  });
});

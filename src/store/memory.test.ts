import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PARTS } from '../../datasets/emoji10/emoji10.ts';
import { WHOLE } from '../data/files.ts';
import { scriptedWorker } from '../session/scriptedWorker.fixture.ts';
import { type MemoryNeed, memoryKey, memoryNeeds, trainingImages } from './memory.ts';
import { useSettings } from './settings.ts';

const settings = useSettings.getInitialState();
const NEVER = new AbortController().signal;

const ScriptedWorker = scriptedWorker<never>();

beforeEach(() => {
  ScriptedWorker.all = [];
  vi.stubGlobal('Worker', ScriptedWorker);
});

afterEach(() => vi.unstubAllGlobals());

const file = (path: string, size: number) => ({ path, file: { name: path, size } as File });

describe('the images of a source', () => {
  it('are Emoji-10’s training part', () => {
    expect(trainingImages(settings.source)).toBe(PARTS.find(({ name }) => name === 'train')!.count);
  });

  it('are counted by the size of records, and taken for all of CIFAR-10 in an archive', () => {
    const train = [file('data_batch_1.bin', 3073 * 70), file('data_batch_2.bin', 3073 * 30 + 5)];
    expect(trainingImages({ kind: 'files', ...WHOLE, train, test: [] })).toBe(100);
    const archive = [file('cifar-10-binary.tar.gz', 170_052_171)];
    expect(trainingImages({ kind: 'files', ...WHOLE, train: archive, test: [] })).toBe(50_000);
  });
});

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
  });

  it('says nothing of settings that cannot run', async () => {
    const broken = { ...settings, config: { ...settings.config, width: 10 } };
    expect(await memoryNeeds(broken, NEVER)).toBeNull();
    const empty = { ...settings, source: { kind: 'files', ...WHOLE, train: [], test: [] } } as const;
    expect(await memoryNeeds(empty, NEVER)).toBeNull();
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

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BenchmarkEvent } from '../../benchmark/door/protocol.ts';
import { scriptedWorker } from '../../link/scriptedWorker.fixture.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import type { SessionState } from '../../run/protocol.ts';
import { usePlayground } from '../playground.ts';
import { newRun } from '../run/run.ts';
import { competitor, useBenchmark } from './benchmark.ts';

const ScriptedWorker = scriptedWorker<BenchmarkEvent>();

const running = (state: SessionState) => ({ ...newRun('a', DEFAULT_CONFIG, { kind: 'here' }), state });

function stubAdapter(adapter: unknown): void {
  vi.stubGlobal('navigator', { gpu: { requestAdapter: () => Promise.resolve(adapter) } });
}

beforeEach(() => {
  ScriptedWorker.all = [];
  vi.stubGlobal('Worker', ScriptedWorker);
  useBenchmark.getState().cancel();
  useBenchmark.setState({ phase: { kind: 'idle' }, adapter: null });
  usePlayground.setState({ run: null });
});

afterEach(() => vi.unstubAllGlobals());

describe('the adapter', () => {
  const { prepare } = useBenchmark.getState();

  it('is told apart: hardware, software, none, no WebGPU at all; on software less is measured', async () => {
    for (const [adapter, kind] of [
      [{ info: { isFallbackAdapter: false } }, 'hardware'],
      [null, 'none'],
      [{ info: { isFallbackAdapter: true } }, 'software'],
    ] as const) {
      stubAdapter(adapter);
      await prepare();
      expect(useBenchmark.getState().adapter).toBe(kind);
    }
    expect(useBenchmark.getState().request).toEqual({ width: 8, batch: 16, stock: true });
    vi.stubGlobal('navigator', {});
    await prepare();
    expect(useBenchmark.getState().adapter).toBe('unsupported');
  });
});

describe('a run and a benchmark', () => {
  it('compete while the run computes, not while it rests, has ended or came from a file', () => {
    expect(competitor(null)).toBeNull();
    expect((['training', 'evaluating'] as const).map((state) => competitor(running(state)))).toEqual([
      'pausable',
      'pausable',
    ]);
    for (const state of ['loading', 'compiling', 'pausing', 'interrupted'] as const) {
      expect(competitor(running(state)), state).toBe('busy');
    }
    for (const state of ['paused', 'finished', 'failed'] as const) {
      expect(competitor(running(state)), state).toBeNull();
    }
    const recorded = newRun('a', DEFAULT_CONFIG, { kind: 'opened', file: 'a.json' });
    expect(competitor({ ...recorded, state: 'training' })).toBeNull();
  });

  it('never start the one during the other', () => {
    usePlayground.setState({ run: running('training') });
    useBenchmark.getState().run();
    expect(ScriptedWorker.all).toEqual([]);
    usePlayground.setState({ run: running('paused') });
    useBenchmark.getState().run();
    expect(ScriptedWorker.all).toHaveLength(1);
  });
});

describe('the benchmark', () => {
  const { run, cancel, choose } = useBenchmark.getState();

  it('tells how far it is, and ends with a failure in words', () => {
    choose({ width: 4, batch: 16, stock: false });
    run();
    run();
    const [worker, second] = ScriptedWorker.all;
    expect(second).toBeUndefined();
    expect(worker!.told).toEqual([{ width: 4, batch: 16, stock: false }]);
    worker!.say({ kind: 'progress', line: 'matrix products' });
    expect(useBenchmark.getState().phase).toMatchObject({ kind: 'running', line: 'matrix products' });
    worker!.say({ kind: 'failed', message: 'No adapter.', advice: 'Get one.' });
    expect(useBenchmark.getState().phase).toEqual({
      kind: 'failed',
      message: 'No adapter.',
      advice: 'Get one.',
    });
  });

  it('is over at once when it is cancelled', () => {
    run();
    cancel();
    expect(useBenchmark.getState().phase).toEqual({ kind: 'idle' });
    expect(ScriptedWorker.all[0]!.alive).toBe(false);
    ScriptedWorker.all[0]!.say({ kind: 'progress', line: 'late' });
    expect(useBenchmark.getState().phase).toEqual({ kind: 'idle' });
  });
});

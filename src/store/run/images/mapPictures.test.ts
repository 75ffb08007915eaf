import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { scriptedWorker } from '../../../link/scriptedWorker.fixture.ts';
import { DEFAULT_CONFIG } from '../../../presets.ts';
import { parseRunFile, runFileOf } from '../../../run/files/runFile.ts';
import type { Ready } from '../../../run/protocol.ts';
import { EMPTY_RECORD } from '../../../run/record.ts';
import type { MapPicturesNews } from '../../../session/door/mapPicturesProtocol.ts';
import { usePlayground } from '../../playground.ts';
import { useSettings } from '../../settings.ts';
import { newRun, type RunState } from '../run.ts';
import { useMapPictures } from './mapPictures.ts';

const ScriptedWorker = scriptedWorker<MapPicturesNews>();
const worker = () => ScriptedWorker.named('pictures').at(-1)!;
const EMOJI = { kind: 'emoji10', test: 'unseen-style' } as const;
const ready: Ready = {
  ...{ config: { ...DEFAULT_CONFIG, seed: 3 }, engine: null },
  data: {
    ...{ name: 'mine', train: 4, test: 2, bank: null, size: 1, stepsPerEpoch: 1 },
    ...{ classes: [], recipe: 'stl10', fingerprint: 'f00' },
  },
  network: { stemMacs: 1, blocks: [], denseMacs: 1, smallestRatio: 0, features: 1 },
  mapImages: { count: 2, pixels: new Uint8Array(0), labels: Uint8Array.of(1, 0) },
};

function opened(id: string): RunState {
  const blank = newRun(id, ready.config, { kind: 'opened', file: 'a.json' });
  return { ...blank, record: { ...EMPTY_RECORD, ready } };
}

const phase = () => useMapPictures.getState().phase;
const load = () => useMapPictures.getState().load();

beforeEach(() => {
  ScriptedWorker.all = [];
  vi.stubGlobal('Worker', ScriptedWorker);
  useSettings.setState({ source: EMOJI });
  usePlayground.setState({ run: opened('a'), opened: null });
});

afterEach(() => {
  usePlayground.setState({ run: null, opened: null });
  vi.unstubAllGlobals();
});

it('are read from the images of the run, and shown', () => {
  load();
  expect(worker().told).toEqual([
    {
      ...{ source: EMOJI, config: { seed: 3, evaluationShare: DEFAULT_CONFIG.evaluationShare } },
      ...{ size: 1, test: 2, labels: Uint8Array.of(1, 0), fingerprint: 'f00' },
    },
  ]);
  worker().say({ kind: 'progress', done: 3, total: 9 });
  expect(phase()).toEqual({ kind: 'reading', run: 'a', done: 3, total: 9 });
  const pixels = Uint8Array.of(1, 2, 3, 4, 5, 6);
  worker().say({ kind: 'pictures', pixels });
  expect(phase().kind).toBe('idle');
  expect(usePlayground.getState().run!.record.ready!.mapImages).toEqual({ ...ready.mapImages, pixels });
  expect(worker().alive).toBe(false);
});

it('are not shown on another run, whose own reading has not begun', () => {
  load();
  const first = worker();
  usePlayground.setState({ run: opened('b') });
  expect(first.alive).toBe(false);
  first.say({ kind: 'pictures', pixels: Uint8Array.of(1, 2, 3, 4, 5, 6) });
  expect(usePlayground.getState().run!.record.ready).toBe(ready);
  expect(phase().kind).toBe('idle');
});

it('of files that are not chosen ask for them, and then are read from these', () => {
  const limits = { train: null, test: null };
  const source = { kind: 'files', side: 8, limits } as const;
  const file = runFileOf(ready.config, EMPTY_RECORD, { source, checkpoint: null });
  usePlayground.setState({ opened: parseRunFile(JSON.stringify(file)) });
  load();
  expect(phase()).toMatchObject({
    kind: 'failed',
    message: expect.stringContaining('no run file carries (mine). Choose them in the Data panel'),
  });
  const chosen = { path: 'a.bin', file: new File([], 'a.bin') };
  useSettings.setState({ source: { kind: 'files', train: [chosen], test: [], side: null, limits } });
  load();
  expect(worker().told[0]).toMatchObject({ source: { kind: 'files', side: 8, train: [{ path: 'a.bin' }] } });
});

it('say why they are not there', () => {
  load();
  worker().say({ kind: 'failed', message: 'other images' });
  expect(phase()).toMatchObject({ kind: 'failed', message: 'other images' });
  load();
  worker().crash('out of memory');
  expect(phase()).toMatchObject({
    message: 'The reader of pictures broke down: out of memory. Load them again.',
  });
});

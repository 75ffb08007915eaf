import { describe, expect, it } from 'vitest';
import { networkOf } from '../../../network/fromConfig.ts';
import { DEFAULT_CONFIG } from '../../../presets.ts';
import type { DialPoint } from '../../../run/dial.ts';
import type { SessionNews } from '../../../run/protocol.ts';
import { usageRow } from '../../../statistics/gateUsage.ts';
import { applyEvent, newRun, type RunState } from '../run.ts';
import { stepRow } from '../stepRow.fixture.ts';
import { newestUsage } from '../usage.ts';
import { inventedDial } from './dial.fixture.ts';
import { dialBranch, isOf, runOnDial } from './onDial.ts';

const STEP = 20;
const network = networkOf(DEFAULT_CONFIG, 32);
const trained = usageRow(
  network,
  network.blocks.map(({ channels }) => new Uint8Array(4 * channels).fill(1)),
  STEP,
);
const gates = network.blocks.map(({ channels }) => new Uint8Array(4 * channels).fill(1));
const map = (branch: 'gated' | 'dense'): SessionNews => ({
  ...{ kind: 'map', epoch: 1, step: STEP, projection: 'umap', neighbours: 15, branch },
  xy: new Float32Array(8).fill(-1),
});
const evaluated = (step: number): SessionNews => ({
  kind: 'epoch',
  row: {
    ...{ epoch: step / 10 - 1, step, knn20: { gated: 0.35, dense: 0.45 }, macRatio: trained.macRatio },
    channelUsage: trained.channelUsage,
    sample: { bank: 20, test: 12, standardError: { gated: 0.14, dense: 0.15 } },
  },
});
const nearest: SessionNews = {
  ...{ kind: 'nearest', epoch: 1, step: STEP, count: 2 },
  branches: { gated: Uint16Array.of(1, 0), dense: Uint16Array.of(1, 0) },
};
const finished: SessionNews = {
  kind: 'finished',
  final: {
    knn20: { gated: 0.35, dense: 0.45, rawPixels: 0.3, untrained: { gated: 0.2, dense: 0.2 } },
    ...{ ridge: null, correct: { gated: 'AA==', dense: 'Dw==' } },
    ...{ macs: { dense: 1, gated: 1, ratio: 1, reduction: 0 }, imagesPerSecond: 1 },
  },
  stoppedEarly: false,
};

function told(...news: SessionNews[]): RunState {
  const blank = newRun('a', DEFAULT_CONFIG, { kind: 'here' });
  return news.reduce<RunState>((state, item) => applyEvent(state, { ...item, run: 'a' }), blank);
}
const steps = Array.from({ length: STEP }, (_, i) => stepRow(i + 1));
const run = told(
  { kind: 'steps', rows: steps },
  evaluated(10),
  evaluated(STEP),
  map('gated'),
  map('dense'),
  { kind: 'features', epoch: 1, step: STEP, count: 4, features: {}, gates },
  nearest,
  finished,
);
const dial = inventedDial(DEFAULT_CONFIG, STEP, [0.1, 0.3, 1]);
const point = dial.points[1]!;
const on = (changes: Partial<DialPoint> = {}) =>
  runOnDial(run, { dial, point: { ...point, ...changes } }).record;

describe('a run at a point of its dial', () => {
  it('has the MACs, the accuracy and the gates of the point as its last evaluation', () => {
    const { epochs, mapGates } = on();
    expect(epochs.map(({ step }) => step)).toEqual([10, STEP]);
    expect(epochs[0]).toBe(run.record.epochs[0]);
    const { macRatio, knn20, channelUsage, sample } = epochs[1]!;
    expect({ macRatio, gated: knn20.gated }).toEqual({ macRatio: point.macRatio, gated: point.knn20 });
    expect(channelUsage).toBe(point.channelUsage);
    expect(sample).toMatchObject({ test: 12, standardError: { gated: point.standardError } });
    expect(newestUsage(on())).toMatchObject({ step: STEP, macRatio: point.macRatio, training: null });
    expect(mapGates).toBe(point.moment!.gates);
  });

  it('keeps its steps, and of the dense branch all that no gate changes', () => {
    const { steps, maps, epochs, mapNearest, final } = on();
    expect(steps).toBe(run.record.steps);
    expect(maps).toEqual({ dense: run.record.maps.dense, gated: point.moment!.maps.gated });
    expect([epochs[1]!.knn20.dense, epochs[1]!.sample!.standardError.dense]).toEqual([0.45, 0.15]);
    expect(mapNearest?.branches).toEqual({ dense: Uint16Array.of(1, 0) });
    expect(final?.correct).toEqual({ dense: 'Dw==' });
  });

  it('says of nothing that it is known, where it was known of the trained gates alone', () => {
    const { maps, mapGates, mapNearest } = on({ moment: null });
    expect([Object.keys(maps), mapGates]).toEqual([['dense'], null]);
    expect(Object.keys(mapNearest!.branches)).toEqual(['dense']);
  });

  it('has the neighbours of the point where it tells them', () => {
    const found = { epoch: 1, step: STEP, count: 2, branches: { gated: Uint16Array.of(0, 1) } };
    const { mapNearest } = on({ moment: { ...point.moment!, nearest: found } });
    expect(mapNearest?.branches).toEqual({ dense: Uint16Array.of(1, 0), gated: Uint16Array.of(0, 1) });
    const fewer = { ...found, count: 1 };
    expect(on({ moment: { ...point.moment!, nearest: fewer } }).mapNearest).toEqual(fewer);
  });

  it('gets an evaluation at a checkpoint where it has none, with the dense accuracy unknown', () => {
    const paused = told({ kind: 'steps', rows: steps }, evaluated(10));
    const { epochs } = runOnDial(paused, { dial, point }).record;
    expect(epochs.map(({ step }) => step)).toEqual([10, STEP]);
    expect(epochs[1]!.knn20).toEqual({ gated: point.knn20, dense: null });
    expect(epochs[1]!.epoch).toBe(steps.at(-1)!.epoch);
  });
});

it('a dial is of the network as it stands, and of no later step', () => {
  expect(isOf(dial, run)).toBe(true);
  const later = told({ kind: 'steps', rows: [...steps, stepRow(STEP + 1)] });
  expect(isOf(dial, later)).toBe(false);
});

it('a width of a slimmable network is a branch, and the full one is the dense branch', () => {
  const branch = (width: number) => dialBranch({ setting: { kind: 'width', width } });
  expect([0.25, 0.375, 1].map(branch)).toEqual(['slim25', 'slim38', 'dense']);
  const wide = { ...point, moment: null, setting: { kind: 'width' as const, width: 0.375 } };
  const { knn20 } = runOnDial(run, { dial, point: wide }).record.epochs[1]!;
  expect(knn20).toEqual({ gated: 0.35, dense: 0.45, slim38: point.knn20 });
});

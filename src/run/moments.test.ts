import { describe, expect, it } from 'vitest';
import type { Branch, EpochRow } from '../metrics.ts';
import { networkOf } from '../network/fromConfig.ts';
import { DEFAULT_CONFIG } from '../presets.ts';
import { usageRow } from '../statistics/gateUsage.ts';
import { stepRow } from '../store/run/stepRow.fixture.ts';
import { eventsOf, runFileOf } from './files/runFile.ts';
import { addToMoments, MOST_BYTES, MOST_MOMENTS, type Moment, momentsBefore } from './moments.ts';
import type { SessionEvent } from './protocol.ts';
import { addToRecord, EMPTY_RECORD, type RunRecord, rewound } from './record.ts';
import { recordAt } from './recordAt.ts';

const map = (step: number, projection: 'pca' | 'umap' = 'umap', branch: Branch = 'dense'): SessionEvent => ({
  ...{ kind: 'map', run: 'a', epoch: step / 10, step, projection, neighbours: null, branch },
  xy: Float32Array.of(step, 0),
});
const gates = (step: number): SessionEvent => ({
  ...{ kind: 'features', run: 'a', epoch: step / 10, step, count: 1, features: {} },
  gates: [Uint8Array.of(step % 2)],
});
const nearest = (step: number): SessionEvent => ({
  ...{ kind: 'nearest', run: 'a', epoch: step / 10, step, count: 2 },
  branches: { dense: Uint16Array.of(1, 0) },
});
const epoch = (step: number): EpochRow => ({
  ...{ epoch: step / 10, step, knn20: { gated: null, dense: step / 100 }, macRatio: null, channelUsage: [] },
});

function told(...events: SessionEvent[]): { record: RunRecord; moments: readonly Moment[] } {
  const record = events.reduce(addToRecord, EMPTY_RECORD);
  return { record, moments: record.moments };
}

describe('addToMoments', () => {
  it('keeps the maps and gates of every evaluation, in the order of the steps', () => {
    const { moments } = told(gates(0), map(0), map(0, 'umap', 'gated'), gates(10), gates(20), map(10));
    expect(moments.map(({ step }) => step)).toEqual([0, 10, 20]);
    expect(Object.keys(moments[0]!.maps)).toEqual(['dense', 'gated']);
    expect(moments[1]!.maps.dense!.xy[0]).toBe(10);
    expect(moments.map((moment) => moment.gates!.step)).toEqual([0, 10, 20]);
  });

  it('keeps the neighbours of every evaluation, and shows those of the step that is looked at', () => {
    const { record, moments } = told(map(0), nearest(0), map(10), nearest(10), map(20));
    expect(moments.map((moment) => moment.nearest?.step)).toEqual([0, 10, undefined]);
    expect(record.mapNearest).toEqual({
      ...{ epoch: 1, step: 10, count: 2 },
      branches: { dense: Uint16Array.of(1, 0) },
    });
    const long = { ...record, steps: [stepRow(1), stepRow(30)] };
    expect([0, 5, 12].map((step) => recordAt(long, step).mapNearest!.step)).toEqual([0, 0, 10]);
    expect(rewound(record, 5).mapNearest).toBeNull();
    expect(rewound(record, 10).mapNearest).toEqual(record.mapNearest);
  });

  it('replaces a PCA by the UMAP of the same step, and takes no later PCA', () => {
    const { moments } = told(map(0, 'pca'), map(0), map(10, 'pca'));
    expect(moments.map(({ maps }) => maps.dense?.projection)).toEqual(['umap']);
  });

  it('takes every PCA that the user wants instead of a UMAP, as the record does', () => {
    const wanted = (step: number) => ({ ...map(step, 'pca'), instead: true }) as SessionEvent;
    const { record, moments } = told(map(0), map(10), wanted(10), wanted(20));
    expect(moments.map(({ maps }) => maps.dense?.projection)).toEqual(['umap', 'pca', 'pca']);
    expect(moments.at(-1)!.maps.dense).toEqual(record.maps.dense);
  });

  it('gives the same list for an event without map or gates', () => {
    const { moments } = told(map(0));
    expect(addToMoments(moments, { kind: 'epoch', run: 'a', row: epoch(10) })).toBe(moments);
    expect(addToMoments(moments, { ...gates(10), gates: [] } as SessionEvent)).toBe(moments);
  });

  it('thins a very long run, and keeps its first and newest moment', () => {
    const { moments } = told(...Array.from({ length: MOST_MOMENTS + 1 }, (_, i) => map(10 * i)));
    expect(moments.length).toBeLessThanOrEqual(MOST_MOMENTS);
    expect([moments[0]!.step, moments.at(-1)!.step]).toEqual([0, 10 * MOST_MOMENTS]);
  });

  it('holds no more gates than memory is given to, and keeps its first and newest moment', () => {
    const large = (step: number): SessionEvent => ({
      ...{ kind: 'features', run: 'a', epoch: 0, step, count: 1, features: {} },
      gates: [new Uint8Array(MOST_BYTES / 8)],
    });
    const { moments } = told(...Array.from({ length: 21 }, (_, i) => large(10 * i)));
    expect(moments.length).toBeLessThanOrEqual(8);
    expect(moments.length).toBeGreaterThan(4);
    expect([moments[0]!.step, moments.at(-1)!.step]).toEqual([0, 200]);
  });

  it('goes back with the run', () => {
    const { record, moments } = told(map(0), map(10), map(20));
    expect(momentsBefore(moments, 10).map(({ step }) => step)).toEqual([0, 10]);
    expect(rewound(record, 10).moments.map(({ step }) => step)).toEqual([0, 10]);
  });
});

describe('recordAt', () => {
  const rows = Array.from({ length: 20 }, (_, i) => stepRow(i + 1));
  const whole = told(
    { kind: 'steps', run: 'a', rows },
    ...[map(0), gates(0), map(10), gates(10)],
    { kind: 'epoch', run: 'a', row: epoch(10) },
    { kind: 'budget', run: 'a', step: 10, budget: 0.3 },
    ...[map(20), gates(20)],
    { kind: 'epoch', run: 'a', row: epoch(20) },
  );
  const at = (step: number) => recordAt(whole.record, step);

  it('cuts curves, evaluations and budgets after the step', () => {
    const { steps, epochs, budgets } = at(10);
    expect([steps.length, epochs.length, budgets.length]).toEqual([10, 1, 1]);
    expect([at(9).epochs.length, at(9).budgets.length]).toEqual([0, 0]);
  });

  it('shows the newest maps and gates of then', () => {
    expect([0, 9, 10, 19].map((step) => at(step).maps.dense!.step)).toEqual([0, 0, 10, 10]);
    expect([0, 9, 10, 19].map((step) => at(step).mapGates!.step)).toEqual([0, 0, 10, 10]);
  });

  it('is the record itself at its last step', () => {
    expect(at(20)).toBe(whole.record);
  });

  it('tells what the untrained network opened, from the gates of its map images', () => {
    const config = { ...DEFAULT_CONFIG, width: 4 };
    const network = networkOf(config, 32);
    const decided = network.blocks.map(({ channels }, l) =>
      Uint8Array.from({ length: 3 * channels }, (_, i) =>
        Number((i % channels) % 3 === 0 || i % 2 === l % 2),
      ),
    );
    const run = eventsOf(runFileOf(config, { ...EMPTY_RECORD, steps: rows }), 'a');
    const { record } = told(
      ...run,
      { kind: 'features', run: 'a', epoch: 0, step: 0, count: 3, features: {}, gates: decided },
      { kind: 'epoch', run: 'a', row: epoch(10) },
    );
    const { macRatio, ...usage } = usageRow(network, decided, 0);
    expect(recordAt(record, 5).usage).toMatchObject(usage);
    expect(recordAt(record, 5).usage!.macRatio).toBeCloseTo(macRatio, 12);
    expect(recordAt(record, 6).usage).toBe(recordAt(record, 5).usage);
    expect(recordAt(whole.record, 5).usage).toBeNull();
  });

  it('lets the only map that was kept stand in, as of a run file', () => {
    const without = { ...whole.record, moments: [] };
    expect(recordAt(without, 5).maps.dense!.step).toBe(20);
    expect(recordAt({ ...without, moments: whole.moments.slice(2) }, 5).maps.dense!.step).toBe(20);
    expect(recordAt(without, 5).mapGates!.step).toBe(20);
  });
});

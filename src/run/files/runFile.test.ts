import { describe, expect, it } from 'vitest';
import type { StepRow } from '../../metrics.ts';
import { tinyWeights } from '../../network/weights.fixture.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import type { SessionEvent, SessionNews } from '../protocol.ts';
import { addToRecord, EMPTY_RECORD, type RunRecord } from '../record.ts';
import { eventsOf, parseRunFile, RunFileError, runFileOf } from './runFile.ts';

const config = { ...DEFAULT_CONFIG, width: 12, budget: 0.4 };

function fold(news: readonly SessionNews[], record: RunRecord = EMPTY_RECORD): RunRecord {
  return news.reduce((sum, item) => addToRecord(sum, { ...item, run: 'a' }), record);
}

function stepRow(step: number, loss = 40 - step): StepRow {
  return {
    step,
    epoch: Math.floor((step - 1) / 2),
    loss,
    invariance: 0.25,
    variance: 1.5,
    covariance: 0.1,
    budgetLoss: 0.02,
    boundLoss: 0.01,
    macRatio: 0.5,
    terms: [],
    budget: step > 2 ? 0.3 : 0.4,
    lr: 0.1,
    ms: 12.5,
  };
}

const usage = { block: 'layer1.0', channels: 12, off: 3, on: 4, dependent: 5, open: 0.5 };

function finishedRun(): RunRecord {
  const knn20 = { gated: 0.31, dense: 0.33 };
  const floors = { rawPixels: 0.3, untrained: { gated: 0.2, dense: null } };
  return fold([
    { kind: 'steps', rows: [stepRow(1), stepRow(2)] },
    { kind: 'floors', floors },
    { kind: 'epoch', row: { epoch: 0, step: 2, knn20, macRatio: 0.45, channelUsage: [usage] } },
    { kind: 'budget', step: 2, budget: 0.3 },
    { kind: 'steps', rows: [stepRow(3, Number.NaN)] },
    {
      kind: 'map',
      epoch: 0,
      step: 2,
      branch: 'gated',
      projection: 'umap',
      neighbours: 50,
      xy: Float32Array.of(0.5, -1.25, 2, 3),
    },
    {
      kind: 'finished',
      final: {
        knn20: { ...knn20, ...floors },
        ridge: { gated: 0.34, dense: 0.36, slim50: 0.3 },
        correct: { gated: 'Bw==', slim50: 'AQ==' },
        macs: { dense: 1000, gated: 420, ratio: 0.42, reduction: 0.58 },
        imagesPerSecond: 81.5,
      },
      stoppedEarly: true,
    },
  ]);
}

function reread(record: RunRecord): { record: RunRecord; events: SessionEvent[] } {
  const events = eventsOf(parseRunFile(JSON.stringify(runFileOf(config, record))), 'b');
  return { events, record: events.reduce(addToRecord, EMPTY_RECORD) };
}

it('was trained by LARS where an older file names no optimiser', () => {
  const file = runFileOf({ ...config, optimizer: 'sgd' }, fold([]));
  const { optimizer: _, ...older } = file.config;
  expect(parseRunFile(JSON.stringify(file)).config.optimizer).toBe('sgd');
  expect(parseRunFile(JSON.stringify({ ...file, config: older })).config.optimizer).toBe('lars');
});

it('keeps the terms by pass and the norms of gradients, and does without them in older files', () => {
  const measured = {
    byPass: { variance: [0.5, 1], covariance: [0.25, Number.NaN] },
    gradientNorms: { encoder: 3, projector: Number.NaN, gates: 0.125 },
  } as const;
  const { gates: _, ...ungated } = measured.gradientNorms;
  const rows = [{ ...stepRow(1), ...measured }, { ...stepRow(2), gradientNorms: ungated }, stepRow(3)];
  expect(reread(fold([{ kind: 'steps', rows }])).record.steps).toEqual(rows);
});

it('keeps the ranks of features, and does without them in older files', () => {
  const ranks = {
    images: 150,
    branches: {
      gated: { dimension: 64, rankMe: 9.5, effectiveRank: 8, alpha: 1.25 },
      dense: { dimension: 64, rankMe: 12, effectiveRank: 0, alpha: null },
    },
  };
  const row = { epoch: 0, step: 1, knn20: { gated: null, dense: null }, macRatio: 0.5, channelUsage: [] };
  const floors = { rawPixels: null, untrained: { gated: null, dense: null }, ranks };
  const record = fold([
    { kind: 'floors', floors },
    { kind: 'epoch', row: { ...row, ranks } },
    { kind: 'epoch', row: { ...row, step: 2 } },
  ]);
  const again = reread(record).record;
  expect(again.floors).toEqual(floors);
  expect(again.epochs).toEqual(record.epochs);
});

it('keeps the step that diverged, outside of the steps that were made', () => {
  const broken = { ...stepRow(4, Number.NaN), variance: Number.POSITIVE_INFINITY, macRatio: Number.NaN };
  const steps = { kind: 'steps', rows: [stepRow(1), stepRow(2), stepRow(3)] } as const;
  const record = fold([steps, { kind: 'diverged', row: broken }]);
  expect(record.steps.at(-1)!.step).toBe(3);
  const text = JSON.stringify(runFileOf(config, record));
  const again = eventsOf(parseRunFile(text), 'a').reduce(addToRecord, EMPTY_RECORD);
  expect(again.diverged).toEqual({ ...broken, variance: Number.NaN, macRatio: null });
  expect(again.steps).toHaveLength(3);
  // A run that goes on from before it has no such step any more.
  expect(fold([{ kind: 'steps', rows: [stepRow(4)] }], record).diverged).toBeNull();
  expect(runFileOf(config, fold([steps]))).not.toHaveProperty('diverged');
  const early = JSON.stringify({ ...JSON.parse(text), diverged: stepRow(2, Number.NaN) });
  expect(() => parseRunFile(early)).toThrow('the step that diverged must come after step 3, got 2');
});

it('keeps the neighbours of its map images, and refuses those of others', () => {
  const nearest = { epoch: 1, step: 3, count: 3, branches: { gated: Uint16Array.of(1, 2, 0) } };
  const [ready] = eventsOf(
    parseRunFile(JSON.stringify({ ...runFileOf(config, finishedRun()), maps: [], mapLabels: [0, 1, 0, 2] })),
    'a',
  );
  const labelled = addToRecord(finishedRun(), ready!);
  const record = fold([{ kind: 'nearest', ...nearest }], { ...labelled, maps: {} });
  expect(runFileOf(config, record).mapNearest).toMatchObject({ count: 3 });
  expect(reread(record).record.mapNearest).toEqual(nearest);
  const { count: _, ...whole } = { ...nearest, branches: { gated: Uint16Array.of(1, 2, 3, 0) } };
  const all = fold([{ kind: 'nearest', ...whole, count: 4 }], { ...labelled, maps: {} });
  expect(runFileOf(config, all).mapNearest).not.toHaveProperty('count');
  expect(reread(all).record.mapNearest).toEqual({ ...whole, count: 4 });

  const changed = (change: object) => {
    const file = runFileOf(config, record);
    return JSON.stringify({ ...file, mapNearest: { ...file.mapNearest, ...change } });
  };
  expect(() => parseRunFile(changed({ count: 5 }))).toThrow('mapNearest must be of at most the 4 map images');
  expect(() => parseRunFile(changed({ count: 2 }))).toThrow(
    'the neighbours of 2 images must be equally many',
  );
  const texts = (branch: string, nearest: string) => changed({ branches: [{ branch, nearest }] });
  expect(() => parseRunFile(texts('slim50', 'AAAA'))).toThrow('mapNearest must be of the branches');
  expect(() => parseRunFile(texts('dense', 'no!'))).toThrow('mapNearest of dense must be base64');
});

describe('a run file', () => {
  it('gives back the rows, evaluations, budget changes, maps and result it was made of', () => {
    const run = finishedRun();
    const { record } = reread(run);
    expect(record.steps).toEqual(run.steps);
    expect(record.epochs).toEqual(run.epochs);
    expect(record.budgets).toEqual([{ step: 2, budget: 0.3 }]);
    expect(record.maps.gated).toEqual(run.maps.gated);
    expect(record.maps.dense).toBeUndefined();
    expect(record.final).toEqual(run.final);
    expect(record.floors).toEqual(run.floors);
    expect(record.stoppedEarly).toBe(true);
  });

  it('keeps a loss that was not finite as such', () => {
    expect(reread(finishedRun()).record.steps[2]?.loss).toBeNaN();
  });

  it('rebuilds the layer table from the configuration', () => {
    const { network } = reread(finishedRun()).record.ready ?? {};
    expect(network?.blocks.map(({ channels }) => channels)).toEqual([12, 12, 24, 24, 48, 48, 96, 96]);
  });

  it('ends with the state of a finished run, and names its run on every event', () => {
    const { events } = reread(finishedRun());
    expect(events.at(-1)).toEqual({ kind: 'state', state: 'finished', run: 'b' });
    expect(new Set(events.map(({ run }) => run))).toEqual(new Set(['b']));
  });

  it('can be read when it holds the obligatory keys only', () => {
    const { format, version, steps, epochs, final, weights } = runFileOf(config, finishedRun());
    const bare = {
      ...{ format, version, config, final, weights, somethingNew: 1 },
      steps: steps.map(({ budget: _, ...row }) => row),
      epochs: epochs.map(({ step: _, channelUsage, ...row }) => ({
        ...row,
        channelUsage: channelUsage.map(({ block, off, on, dependent }) => ({ block, off, on, dependent })),
      })),
    };
    const record = eventsOf(parseRunFile(JSON.stringify(bare)), 'c').reduce(addToRecord, EMPTY_RECORD);
    expect(record.epochs[0]).toMatchObject({ step: 2, channelUsage: [{ ...usage, open: null }] });
    expect(record.steps.map(({ budget }) => budget)).toEqual([0.4, 0.4, 0.4]);
    expect(record.floors).toEqual({ rawPixels: 0.3, untrained: { gated: 0.2, dense: null } });
    expect(record.ready?.engine).toBeNull();
  });

  it('gives back the gates of the map images, and refuses those of another network', () => {
    const ready = reread(finishedRun()).record.ready!;
    const gates = ready.network.blocks.map(({ channels }, l) =>
      Uint8Array.from({ length: 2 * channels }, (_, i) => Number((i * 7 + l) % 3 === 0)),
    );
    const mapImages = { count: 2, pixels: new Uint8Array(0), labels: Uint8Array.of(4, 0) };
    const run: RunRecord = {
      ...{ ...finishedRun(), ready: { ...ready, mapImages } },
      mapGates: { epoch: 0, step: 2, blocks: gates },
    };
    expect(reread(run).record.mapGates).toEqual(run.mapGates);
    const fewer = { ...run, mapGates: { epoch: 0, step: 2, blocks: gates.slice(1) } };
    expect(() => reread(fewer)).toThrow('must be of 8 blocks, as its network has, got 7');
    const shorter = { ...run, mapGates: { epoch: 0, step: 2, blocks: gates.map((gate) => gate.slice(8)) } };
    expect(() => reread(shorter)).toThrow('flags must be base64 of 3 bytes');
    expect(reread(finishedRun()).record.mapGates).toBeNull();
    const none = { count: 0, pixels: new Uint8Array(0), labels: new Uint8Array(0) };
    const early = { ...run, ready: { ...run.ready!, mapImages: none } };
    expect(reread(early).record.mapGates).toBeNull();
  });

  it('from before probes were measured has none', () => {
    const file = JSON.parse(JSON.stringify(runFileOf(config, finishedRun())));
    delete file.final.ridge;
    delete file.final.correct;
    expect(parseRunFile(JSON.stringify(file)).final).toMatchObject({ ridge: null, correct: {} });
  });

  it('that was saved before the end has no result', () => {
    const { record } = reread(fold([{ kind: 'steps', rows: [stepRow(1)] }]));
    expect(record.final).toBeNull();
    expect(record.epochs).toEqual([]);
  });
});

describe('a file that is no run file', () => {
  const whole = JSON.stringify(runFileOf(config, finishedRun()));
  const withoutTensors = JSON.stringify({
    ...runFileOf({ ...config, width: 4, projector: 8 }, finishedRun()),
    weights: { ...tinyWeights(), tensors: {} },
  });
  it.each([
    ['text that is no JSON', 'PK\u0003\u0004', /must be JSON/],
    ['a truncated run file', whole.slice(0, 200), /must be JSON/],
    ['a weights file', '{"format":"dualgate-weights","version":1}', /holds weights only/],
    ['other JSON', '[1, 2]', /must have format "dualgate-run"/],
    ['a later version', whole.replace('"version":1', '"version":2'), /version/],
    ['a step without its loss', whole.replace('"loss":39,', ''), /steps\.0\.loss/],
    ['weights that lack a tensor', withoutTensors, /weights in this run file cannot be used/],
    ['a width that no network has', whole.replace('"width":12', '"width":0'), /config\.width/],
  ])('is refused with a reason: %s', (_, text, reason) => {
    expect(() => parseRunFile(text)).toThrow(RunFileError);
    expect(() => parseRunFile(text)).toThrow(reason);
  });
});

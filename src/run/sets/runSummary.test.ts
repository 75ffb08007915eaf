import { describe, expect, it } from 'vitest';
import { WHOLE } from '../../data/formats/files.ts';
import type { FinalRow } from '../../metrics.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import type { CurvePoint } from '../dial.ts';
import type { Ready } from '../protocol.ts';
import { EMPTY_RECORD, type RunRecord } from '../record.ts';
import { parseRunSet, type RunSet } from './runSetFile.ts';
import { type EndedRun, sourceKey, summaryOf } from './runSummary.ts';

const READY: Ready = {
  config: DEFAULT_CONFIG,
  engine: { name: 'wasm', reason: 'Chosen.', details: {}, selfTest: { worstError: 0, ms: 1 } },
  data: {
    name: 'Emoji-10',
    train: 5000,
    test: 8,
    size: 32,
    classes: [],
    bank: null,
    recipe: 'cifar10',
    stepsPerEpoch: 78,
  },
  network: { stemMacs: 0, blocks: [], denseMacs: 0, smallestRatio: 0, features: 64 },
  mapImages: { count: 0, pixels: new Uint8Array(0), labels: new Uint8Array(0) },
};

function finalOf(knn20: FinalRow['knn20'], gated: number | null): FinalRow {
  return {
    knn20,
    ridge: null,
    correct: { dense: 'AQ==' },
    macs: { dense: 1, gated, ratio: null, reduction: null },
    imagesPerSecond: 100,
  };
}

const floors = { rawPixels: 0.2, untrained: { gated: null, dense: 0.1 } };
const RECORD: RunRecord = {
  ...EMPTY_RECORD,
  ready: READY,
  final: finalOf({ gated: 0.4, dense: 0.5, ...floors }, 3e6),
};
const ENDED: EndedRun = {
  config: DEFAULT_CONFIG,
  record: RECORD,
  source: { kind: 'emoji10', test: 'unseen-style' },
  seconds: 12,
  endedOn: '2026-01-01T00:00:00.000Z',
};

describe('summaryOf', () => {
  it('keeps what each branch came to, with the MACs that it achieved', () => {
    const summary = summaryOf(ENDED)!;
    expect(summary.branches).toEqual([
      { branch: 'gated', macs: 3e6, knn20: 0.4, ridge: null, correct: null },
      { branch: 'dense', macs: summary.denseMacs, knn20: 0.5, ridge: null, correct: 'AQ==' },
    ]);
    expect(summary.data).toEqual({
      name: 'Emoji-10, unseen style',
      source: 'emoji10 unseen-style',
      train: 5000,
      test: 8,
    });
    expect(summary.denseMacs).toBe(11_211_616);
  });

  it('does not take over which images were right where nobody knows how many there were', () => {
    const ready = { ...READY, data: { ...READY.data, train: 0, test: 0 } };
    const { branches } = summaryOf({ ...ENDED, record: { ...RECORD, ready } })!;
    expect(branches.map(({ correct }) => correct)).toEqual([null, null]);
  });

  it('has as many test images as the last evaluation had, if the user ended it', () => {
    const standardError = { gated: 0.2, dense: 0.2 };
    const final = { ...RECORD.final!, correct: {}, sample: { bank: 4, test: 5, standardError } };
    const { data, branches } = summaryOf({ ...ENDED, record: { ...RECORD, final } })!;
    expect(data.test).toBe(5);
    expect(branches.map(({ correct }) => correct)).toEqual([null, null]);
  });

  it('keeps the best floor where more than raw pixels was measured', () => {
    const pixels = { centred: 0.3, perImage: 0.35, components: 0.25 };
    const final = finalOf({ gated: 0.4, dense: 0.5, ...floors, pixels }, 3e6);
    const { toBeat, pixels: kept, id } = summaryOf({ ...ENDED, record: { ...RECORD, final } })!;
    expect(kept).toEqual(pixels);
    expect(toBeat).toEqual({ name: 'pixels less their image’s mean', share: 0.35 });
    expect(summaryOf(ENDED)).not.toHaveProperty('toBeat');
    expect(summaryOf(ENDED)!.id).toBe(id);
  });

  it('keeps the curve of a dial that was made of its last step, and knows the run without it', () => {
    const point: CurvePoint = {
      ...{ budget: 0.3, setting: { kind: 'shift', shift: 1 }, reach: 'met', calibrated: 0.3 },
      ...{ macRatio: 0.31, knn20: 0.4, standardError: 0.2 },
    };
    const sample = { bank: 100, test: 8 };
    const points = [{ ...point, nestedness: null, channelUsage: [], moment: null }];
    const dialled = (step: number) =>
      summaryOf({ ...ENDED, record: { ...RECORD, dial: { step, images: 128, sample, points } } })!;
    expect(dialled(0)).toEqual({ ...summaryOf(ENDED), dial: { sample, points: [point] } });
    expect(dialled(1)).toEqual(summaryOf(ENDED));
  });

  it('gives a narrow width a square of the MACs', () => {
    const config = { ...DEFAULT_CONFIG, system: 'slimmable', slimWidth: 0.5 } as const;
    const final = finalOf({ gated: null, dense: 0.5, slim50: 0.3, ...floors }, null);
    const { branches, denseMacs } = summaryOf({ ...ENDED, config, record: { ...RECORD, final } })!;
    expect(branches.map(({ branch }) => branch)).toEqual(['slim50', 'dense']);
    // The share is above .25, because the stem's input is the image, which does not become narrower.
    expect(branches[0]!.macs / denseMacs).toBeGreaterThan(0.25);
    expect(branches[0]!.macs / denseMacs).toBeLessThan(0.27);
  });

  it('is nothing before the end, and knows the same run again', () => {
    expect(summaryOf({ ...ENDED, record: { ...RECORD, final: null } })).toBeNull();
    const again = summaryOf({ ...ENDED, source: null, seconds: null, endedOn: null })!;
    expect(again.id).toBe(summaryOf(ENDED)!.id);
    expect(again.data.name).toBe('Emoji-10');
    const other = finalOf({ gated: 0.4, dense: 0.6, ...floors }, 3e6);
    expect(summaryOf({ ...ENDED, record: { ...RECORD, final: other } })!.id).not.toBe(again.id);
  });

  it('says when the budget was moved', () => {
    const moved = (budget: number) =>
      summaryOf({ ...ENDED, record: { ...RECORD, budgets: [{ step: 3, budget }] } })!.budgetMoved;
    expect([moved(DEFAULT_CONFIG.budget), moved(0.9)]).toEqual([false, true]);
  });
});

describe('parseRunSet', () => {
  const set: RunSet = {
    format: 'dualgate-runs',
    version: 1,
    recordedOn: 'a test',
    engine: 'wasm',
    runs: [summaryOf(ENDED)!],
  };

  it('gives back what was written', () => {
    expect(parseRunSet(JSON.stringify(set))).toEqual(set);
    const pixels = { centred: 0.3, perImage: 0.35, components: 0.25 };
    const more = { ...set, runs: [{ ...set.runs[0]!, pixels, toBeat: { name: 'centred', share: 0.3 } }] };
    expect(parseRunSet(JSON.stringify(more))).toEqual(more);
  });

  it('says in words what is wrong', () => {
    expect(() => parseRunSet('x')).toThrow('A run set must be JSON');
    expect(() => parseRunSet('{"format":"dualgate-run"}')).toThrow('must have format "dualgate-runs"');
    const broken = { ...set, runs: [{ ...set.runs[0], branches: [] }] };
    expect(() => parseRunSet(JSON.stringify(broken))).toThrow('runs.0.branches');
  });
});

describe('sourceKey', () => {
  const files = (count: number, size = 3) =>
    Array.from({ length: count }, (_, i) => ({ path: `a/${i}.png`, file: { size } as File }));
  const source = { kind: 'files', ...WHOLE, train: files(2), test: [] } as const;

  it('tells sources apart by their files and by what is read of them', () => {
    const keys = [
      source,
      { ...source, train: files(2, 4) },
      { ...source, train: files(3) },
      { ...source, train: files(1), test: files(1) },
      { ...source, side: 48 },
      { ...source, limits: { train: 1, test: null } },
      { ...source, limits: { train: null, test: 1 } },
      { ...source, layout: 'splits' as const },
    ].map(sourceKey);
    expect(new Set(keys).size).toBe(keys.length);
    expect(sourceKey({ ...source, train: files(2) })).toBe(keys[0]);
  });

  it('is short for a folder of many pictures, and still its own', () => {
    const many = { ...source, train: files(20_000) };
    expect(sourceKey(many).length).toBeLessThan(60);
    const [first, ...rest] = many.train;
    expect(sourceKey({ ...many, train: [{ ...first!, path: 'b/0.png' }, ...rest] })).not.toBe(
      sourceKey(many),
    );
  });
});

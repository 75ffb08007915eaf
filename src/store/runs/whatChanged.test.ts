import { describe, expect, it } from 'vitest';
import type { RunConfig } from '../../config.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { EMPTY_RECORD, type RunRecord } from '../../run/record.ts';
import { stepRow } from '../run/stepRow.fixture.ts';
import { type Change, type ComparedRun, whatChanged } from './whatChanged.ts';

function run(config: Partial<RunConfig>, record: Partial<RunRecord> = {}): ComparedRun {
  return { config: { ...DEFAULT_CONFIG, ...config }, record: { ...EMPTY_RECORD, ...record } };
}

const pairs = (changes: readonly Change[]) =>
  changes.map(({ label, before, after }) => [label, before, after]);

describe('what changed between two runs', () => {
  it('is nothing between a run and itself, but for what both came to', () => {
    const one = run({}, { steps: [stepRow(1)] });
    const { settings, data, results } = whatChanged(one, one);
    expect([settings, data]).toEqual([[], []]);
    expect(results.every(({ before, after }) => before === after)).toBe(true);
  });

  it('names settings as the page does, with their units, and choices and switches in words', () => {
    const { settings } = whatChanged(
      run({ batch: 64, learningRate: 0.1, seed: 1, exactBudget: false, stem: 'auto' }),
      run({ batch: 32, learningRate: 0.2, seed: 2, exactBudget: true, stem: 'cifar' }),
    );
    expect(pairs(settings)).toEqual([
      ['Batch', 64, 32],
      ['Learning rate', 0.1, 0.2],
      ['Seed', 1, 2],
      ['Stem', 'By image size: 7×7 from 96 pixels', '3×3, stride 1'],
      ['Exact budget', 'off', 'on'],
    ]);
    expect(settings[0]).toMatchObject({ unit: 'images', kind: 'number' });
  });

  it('leaves out what one of the systems does not know, and what decides only when to look', () => {
    const { settings } = whatChanged(
      run({ budget: 0.3, boundDecay: 10, evaluateEvery: 1, slimWidth: 0.5 }),
      run({ system: 'vicreg', budget: 0.6, boundDecay: 3, evaluateEvery: 4, slimWidth: 0.3, width: 12 }),
    );
    expect(pairs(settings)).toEqual([
      ['System', 'Dual gating', 'VICReg dense'],
      ['Width c0', 8, 12],
    ]);
  });

  it('sets results side by side, from the end or else from the newest evaluation', () => {
    const knn20 = { gated: 0.3, dense: 0.4 };
    const ended = run(
      {},
      {
        steps: [stepRow(1, { ms: 500 }), stepRow(2, { ms: 700 })],
        final: {
          knn20: { ...knn20, rawPixels: 0.25, untrained: { gated: null, dense: null } },
          ridge: { gated: 0.35, dense: 0.45 },
          correct: {},
          macs: { dense: 1000, gated: 420, ratio: 0.42, reduction: 0.58 },
          imagesPerSecond: 80,
        },
        budgets: [{ step: 1, budget: 0.4 }],
      },
    );
    const halfway = run(
      { system: 'vicreg' },
      {
        steps: [stepRow(1, { ms: 250 })],
        epochs: [{ epoch: 0, step: 1, knn20: { gated: null, dense: 0.5 }, macRatio: null, channelUsage: [] }],
      },
    );
    const found = new Map(whatChanged(ended, halfway).results.map((each) => [each.label, each]));
    expect(found.get('20-NN, dense')).toMatchObject({ before: 0.4, after: 0.5, kind: 'share' });
    expect(found.get('20-NN, gated')).toMatchObject({ before: 0.3, after: null });
    expect(found.get('Ridge probe, gated')).toMatchObject({ before: 0.35, after: null });
    expect(found.get('MACs, gated')).toMatchObject({ before: 420, after: null, kind: 'macs' });
    expect(found.get('Time of the steps')).toMatchObject({ before: 1.2, after: 0.25 });
    expect(found.get('Changes of t_d')).toMatchObject({ before: 1, after: 0 });
    expect(found.get('Steps made')).toMatchObject({ before: 2, after: 1 });
  });
});

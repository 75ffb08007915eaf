import { describe, expect, it } from 'vitest';
import type { RunConfig } from '../../config.ts';
import { networkOf } from '../../network/fromConfig.ts';
import { tinyWeights } from '../../network/weights.fixture.ts';
import { weightsToSafetensors } from '../../network/weightsTensors.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import type { Dial, DialPoint } from '../dial.ts';
import { addToRecord, EMPTY_RECORD, type RunRecord, rewound } from '../record.ts';
import { recordAt } from '../recordAt.ts';
import { calibratedWeights } from './runDial.ts';
import { eventsOf, parseRunFile, type RunFile, RunFileError, runFileOf } from './runFile.ts';
import { parseSafetensors, parseTrainedWeights } from './weightsText.ts';

const config: RunConfig = { ...DEFAULT_CONFIG, width: 4 };
const slimConfig: RunConfig = { ...config, system: 'slimmable' };
const channelUsage = networkOf(config, 32).blocks.map(({ name, channels }) => ({
  ...{ block: name, channels, off: 1, on: 1, dependent: channels - 2, open: 0.5 },
}));

const point = (budget: number, shift: number): DialPoint => ({
  ...{ budget, reach: 'met', calibrated: budget + 0.001, macRatio: budget - 0.002 },
  setting: { kind: 'shift', shift },
  ...{ knn20: 0.4, standardError: 0.015, nestedness: 0.9, channelUsage, moment: null },
});
const dial: Dial = {
  ...{ step: 2, images: 128, sample: { bank: 60, test: 40 } },
  points: [point(0.2, -0.75), { ...point(0.6, 0.25), knn20: null, standardError: null, nestedness: null }],
};

const step = (number: number): RunFile['steps'][number] => ({
  ...{
    step: number,
    epoch: 0,
    loss: 1,
    invariance: 1,
    variance: 1,
    covariance: 1,
    budgetLoss: 0,
    boundLoss: 0,
  },
  ...{ macRatio: 0.5, terms: [], budget: 0.3, lr: 0.1, ms: 1 },
});
const steps = (...numbers: number[]) => ({
  ...({ kind: 'steps', run: 'a' } as const),
  rows: numbers.map((number) => ({ ...step(number), budget: 0.3 })),
});
const record: RunRecord = [steps(1, 2), { kind: 'dial', run: 'a', dial } as const].reduce(
  addToRecord,
  EMPTY_RECORD,
);

const reread = (file: RunFile) =>
  eventsOf(parseRunFile(JSON.stringify(file)), 'b').reduce(addToRecord, EMPTY_RECORD);

describe('the dial of a run', () => {
  it('is that of its newest step, and of no other', () => {
    expect(record.dial).toBe(dial);
    expect(addToRecord(record, steps(3)).dial).toBeNull();
    expect(rewound(record, 2).dial).toBe(dial);
    expect(rewound(record, 1).dial).toBeNull();
    expect(recordAt(record, 1).dial).toBeNull();
    expect(recordAt(record, 2).dial).toBe(dial);
  });

  it('comes back from the run’s file, without what was drawn; files without one open', () => {
    const moment = { epoch: 0, step: 2, maps: {}, gates: null, nearest: null };
    const drawn = { ...dial, points: dial.points.map((each) => ({ ...each, moment })) };
    expect(reread(runFileOf(config, { ...record, dial: drawn })).dial).toEqual(dial);
    const { dial: _, ...old } = runFileOf(config, record);
    expect(reread(old as RunFile).dial).toBeNull();
  });

  it('goes along with the weights of its step, in JSON and in safetensors', () => {
    const weights = tinyWeights();
    const run = runFileOf(config, record);
    const calibrated = calibratedWeights(weights, run);
    expect(calibrated.budgets).toEqual([
      { budget: 0.2, shift: -0.75, calibrated: 0.201, macRatio: 0.198 },
      { budget: 0.6, shift: 0.25, calibrated: 0.601, macRatio: 0.598 },
    ]);
    expect(parseTrainedWeights(JSON.stringify(calibrated)).weights).toEqual(calibrated);
    expect(parseSafetensors(weightsToSafetensors(calibrated)).weights.budgets).toEqual(calibrated.budgets);
    expect(parseSafetensors(weightsToSafetensors(weights)).weights).not.toHaveProperty('budgets');
    expect(calibratedWeights(weights, { ...run, steps: [step(1)] })).toBe(weights);
    const wrong = { ...calibrated, budgets: [{ ...calibrated.budgets![0]!, shift: 'far' }] };
    expect(() => parseSafetensors(weightsToSafetensors(wrong as never))).toThrow('budgets.0.shift');
  });

  it('comes back for widths', () => {
    const widths: Dial = {
      ...dial,
      points: [{ ...point(0.3, 0), setting: { kind: 'width', width: 0.55 }, channelUsage: [] }],
    };
    expect(reread(runFileOf(slimConfig, { ...record, dial: widths })).dial).toEqual(widths);
  });

  it.each<[string, RunConfig, Partial<Dial>, string]>([
    ['of a dense run', { ...config, system: 'vicreg' }, {}, 'dial must be null'],
    ['of later steps', config, { step: 3 }, 'dial.step must be at most the 2 steps'],
    ['of another system', slimConfig, {}, 'settings of kind "width", got "shift"'],
    ['in no order', config, { points: dial.points.toReversed() }, 'got 0.2 after 0.6'],
    ['with a shift that nobody tries', config, { points: [point(0.2, 65)] }, 'got 65'],
    ['of other blocks', config, { points: [{ ...point(0.2, 0), channelUsage: [] }] }, 'of 8 blocks'],
    [
      'of too many points',
      config,
      { points: Array.from({ length: 101 }, (_, i) => point((i + 1) / 102, 0)) },
      'at most 100, got 101',
    ],
  ])('is refused %s', (_, of, change, says) => {
    const file = runFileOf(of, { ...record, dial: { ...dial, ...change } });
    const read = () => parseRunFile(JSON.stringify(file));
    expect(read).toThrow(RunFileError);
    expect(read).toThrow(says);
  });
});

import { describe, expect, it } from 'vitest';
import type { FinalRow } from '../../metrics.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { parseRunFile, RunFileError } from './runFile.ts';

const FINAL: FinalRow = {
  knn20: { gated: 0.3, dense: 0.4, rawPixels: 0.2, untrained: { gated: null, dense: 0.1 } },
  ridge: { gated: 0.3, dense: 0.4 },
  correct: {},
  macs: { dense: 1000, gated: 1004, ratio: 1.004, reduction: -0.004 },
  imagesPerSecond: 80,
};
const DATA = { name: 'x', train: 20, test: 10, size: 32, classes: [], stepsPerEpoch: 2 };
const STEP = {
  ...{ step: 1, epoch: 0, loss: 1, invariance: 1, variance: 1, covariance: 1, budgetLoss: 0, boundLoss: 0 },
  ...{ macRatio: 0.5, lr: 0.1, ms: 5 },
};

function fileOf(final: unknown, others: object = {}): string {
  const head = { format: 'dualgate-run', version: 1, config: DEFAULT_CONFIG, weights: null };
  return JSON.stringify({ ...head, steps: [STEP], epochs: [], data: DATA, final, ...others });
}

const flags = (correct: FinalRow['correct']) => ({ ...FINAL, correct });

describe('the result in a run file', () => {
  it.each<[string, string]>([
    ['with flags of its images', fileOf(flags({ gated: '/wM=', dense: 'AAA=' }))],
    ['without flags', fileOf(FINAL)],
    ['without images, and so without flags', fileOf(FINAL, { data: { ...DATA, test: 0 } })],
    ['whose data nobody wrote down', fileOf(flags({ gated: '/wM=', dense: 'AAA=' }), { data: null })],
    ['that gates made dearer', fileOf(FINAL)],
    [
      'of a system without gates',
      fileOf(
        { ...FINAL, macs: { dense: 1000, gated: null, ratio: null, reduction: null } },
        { config: { ...DEFAULT_CONFIG, system: 'vicreg' } },
      ),
    ],
  ])('%s is taken', (_, text) => {
    expect(parseRunFile(text).final).not.toBeNull();
  });

  it.each<[string, string, RegExp]>([
    [
      'flags of other images',
      fileOf(flags({ dense: 'Bw==' })),
      /final\.correct of dense: flags must be base64 of 2/,
    ],
    [
      'flags that are none, of no images',
      fileOf(flags({ dense: 'Bw=' }), { data: { ...DATA, test: 0 } }),
      /final\.correct of dense: flags must be base64/,
    ],
    [
      'flags that are none, of data that nobody wrote down',
      fileOf(flags({ dense: 'not!' }), { data: null }),
      /final\.correct of dense: flags must be base64/,
    ],
    [
      'flags of several lengths',
      fileOf(flags({ gated: 'Bw==', dense: 'BwcHBwcH' }), { data: null }),
      /final\.correct of dense: all branches must have flags of one length/,
    ],
    [
      'no MACs of its gates',
      fileOf({ ...FINAL, macs: { ...FINAL.macs, gated: null } }),
      /final\.macs\.gated must be a number/,
    ],
    ['MACs below 0', fileOf({ ...FINAL, macs: { ...FINAL.macs, gated: -1 } }), /final\.macs\.gated/],
    ['a rate below 0', fileOf({ ...FINAL, imagesPerSecond: -1 }), /final\.imagesPerSecond/],
    [
      'an accuracy above 1',
      fileOf({ ...FINAL, knn20: { ...FINAL.knn20, dense: 1.5 } }),
      /final\.knn20\.dense/,
    ],
    [
      'an accuracy above 1 of a narrow width',
      fileOf({ ...FINAL, ridge: { ...FINAL.ridge, slim50: 40 } }),
      /final\.ridge\.slim50: must be from 0 to 1, got 40/,
    ],
    ['a floor above 1', fileOf({ ...FINAL, knn20: { ...FINAL.knn20, rawPixels: 20 } }), /rawPixels/],
    ['a learning rate below 0', fileOf(null, { steps: [{ ...STEP, lr: -0.1 }] }), /steps\.0\.lr/],
  ])('with %s is refused', (_, text, words) => {
    expect(() => parseRunFile(text)).toThrow(RunFileError);
    expect(() => parseRunFile(text)).toThrow(words);
  });
});

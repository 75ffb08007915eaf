import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { packBits } from '../../statistics/bitset.ts';
import { parseRunSet, RunSetError, readableRuns, runFault } from './runSetFile.ts';
import type { RunSummary } from './runSummary.ts';

const RUN: RunSummary = {
  id: 'a',
  endedOn: null,
  config: DEFAULT_CONFIG,
  engine: 'wasm',
  data: { name: 'Emoji-10', source: null, train: 100, test: 10 },
  steps: 5,
  stoppedEarly: false,
  budgetMoved: false,
  denseMacs: 1000,
  branches: [
    { branch: 'gated', macs: 300, knn20: 0.3, ridge: null, correct: packBits(new Uint8Array(10).fill(1)) },
    { branch: 'dense', macs: 1000, knn20: 0.4, ridge: null, correct: null },
  ],
  rawPixels: 0.2,
  imagesPerSecond: 10,
  seconds: null,
};
const HEAD = { format: 'dualgate-runs', version: 1, recordedOn: 'a test', engine: 'wasm' };
const setOf = (...runs: unknown[]) => JSON.stringify({ ...HEAD, runs });
const withFlags = (correct: string | null, test = 10): RunSummary => ({
  ...RUN,
  data: { ...RUN.data, test },
  branches: RUN.branches.map((branch) => ({ ...branch, correct })),
});
const withDial = (budgets: readonly number[]): RunSummary => ({
  ...RUN,
  dial: {
    sample: { bank: 100, test: 10 },
    points: budgets.map((budget) => ({
      ...{ budget, setting: { kind: 'shift', shift: budget }, reach: 'met', calibrated: budget },
      ...{ macRatio: budget, knn20: budget, standardError: 0.1 },
    })),
  },
});

describe('a run of a run set', () => {
  it.each<[string, RunSummary, RegExp]>([
    [
      'flags of fewer images',
      withFlags('Bw=='),
      /runs\.1: correct of gated: 10 flags must have 4 characters|base64 of 2/,
    ],
    ['flags that are no base64', withFlags('!!!='), /correct of gated: flags must be base64/],
    ['flags of no images', withFlags('Bw==', 0), /correct of gated: 0 flags must have 0 characters, got 4/],
    [
      'a setting that nobody can train',
      { ...RUN, config: { ...DEFAULT_CONFIG, budget: 7 } },
      /runs\.1: Budget t_d/,
    ],
    ['a dial out of order', withDial([0.5, 0.3]), /dial\.points must be in the order of their budgets/],
    [
      'a dial that its system cannot have',
      { ...withDial([0.3]), config: { ...DEFAULT_CONFIG, system: 'vicreg' } },
      /dial must be null, as its system serves one budget only/,
    ],
    ['an accuracy above 1', { ...RUN, rawPixels: 1.5 }, /runs\.1\.rawPixels/],
    ['images without end', withFlags(null, 1e12), /at most 1000000000 images/],
  ])('with %s is refused', (_, run, words) => {
    expect(() => parseRunSet(setOf(RUN, run))).toThrow(RunSetError);
    expect(() => parseRunSet(setOf(RUN, run))).toThrow(words);
    expect(runFault(run)).not.toBeNull();
  });

  it('may be without flags, and without images', () => {
    const runs = [withFlags(null), withFlags(null, 0), withFlags('', 0)];
    expect(parseRunSet(setOf(...runs)).runs).toEqual(runs);
    expect(runs.map(runFault)).toEqual([null, null, null]);
  });

  it('may have a dial', () => {
    const run = withDial([0.3, 0.5]);
    expect(parseRunSet(setOf(run)).runs).toEqual([run]);
    expect(runFault(run)).toBeNull();
  });

  it('that was recorded with the project is taken as it is', () => {
    const text = readFileSync(
      new URL('../../../public/recorded/emoji10-sweep.json', import.meta.url),
      'utf8',
    );
    expect(parseRunSet(text).runs).toHaveLength(20);
    expect(readableRuns(text)).toEqual({ runs: parseRunSet(text).runs, lost: 0, origins: {}, keptRuns: {} });
  });

  it('says what is wrong with it before it joins others', () => {
    const branches = RUN.branches.map((branch) => ({ ...branch, macs: Number.NaN }));
    expect(runFault({ ...RUN, branches })).toMatch(/^branches\.0\.macs: /);
    expect(runFault({ ...RUN, config: { ...DEFAULT_CONFIG, steps: 0 } })).toMatch(/^the run: Steps must be/);
  });
});

describe('readableRuns', () => {
  it('leaves out the runs that cannot be read, and nothing else', () => {
    const text = JSON.stringify({
      ...JSON.parse(setOf(RUN, { ...RUN, id: 3 }, 'x')),
      origins: { a: 'file' },
    });
    expect(readableRuns(text)).toEqual({ runs: [RUN], lost: 2, keptRuns: {}, origins: { a: 'file' } });
  });

  it.each([
    ['text', 'x', /must be JSON/],
    ['another version', setOf(RUN).replace('"version":1', '"version":2'), /version/],
    ['runs that all cannot be read', setOf(withFlags('Bw==')), /does not fit: .*correct of gated/],
  ])('gives nothing of %s', (_, text, words) => {
    expect(() => readableRuns(text)).toThrow(RunSetError);
    expect(() => readableRuns(text)).toThrow(words);
  });
});

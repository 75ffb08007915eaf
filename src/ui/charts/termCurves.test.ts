import { expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { stepRow } from '../../store/run/stepRow.fixture.ts';
import { lacksParts, termCurves } from './termCurves.ts';

const byPass = { variance: [0.5, 1], covariance: [2, 3] } as const;
const first = stepRow(1, { byPass });
const SLIM = { ...DEFAULT_CONFIG, system: 'slimmable' } as const;

/** The parts of a term, each with its label, whether it is dashed, and its value. */
const partsOf = (label: string, config = DEFAULT_CONFIG, row = first) =>
  termCurves(row, config)
    .find(({ curve }) => curve.label === label)!
    .parts.map(({ curve, read }) => [curve.label, curve.dashed, read(row, 0)]);

it('draws what each branch adds to variance and covariance, and nothing of a distance between both', () => {
  expect(partsOf('variance')).toEqual([
    ['gated', false, 0.5],
    ['dense', false, 1],
  ]);
  expect(partsOf('covariance')).toEqual([
    ['gated', false, 2],
    ['dense', false, 3],
  ]);
  expect(partsOf('invariance')).toEqual([]);
  expect(partsOf('budget')).toEqual([]);
});

it('names the views where both are of one branch, and the width where one is narrow', () => {
  const views = [
    ['view 1', false, 0.5],
    ['view 2', true, 1],
  ];
  expect(partsOf('variance', { ...DEFAULT_CONFIG, system: 'vicreg' })).toEqual(views);
  expect(partsOf('variance', { ...DEFAULT_CONFIG, system: 'vicreg-gating' })).toEqual(views);
  expect(partsOf('variance', { ...SLIM, slimForm: 'dual' }).map(([label]) => label)).toEqual([
    'width .55',
    'dense',
  ]);
});

it('has no parts in a run from before they were recorded, and says so of runs with VICReg only', () => {
  expect(partsOf('variance', DEFAULT_CONFIG, stepRow(1))).toEqual([]);
  expect(lacksParts(stepRow(1))).toBe(true);
  expect(lacksParts(first)).toBe(false);
  const contrastive = { invariance: Number.NaN, variance: Number.NaN, covariance: Number.NaN };
  expect(lacksParts(stepRow(1, contrastive))).toBe(false);
});

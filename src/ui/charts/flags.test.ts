import { expect, it } from 'vitest';
import { stepRow } from '../../store/run/stepRow.fixture.ts';
import { flagsOf } from './flags.ts';

it('marks every change of t_d with what it was before', () => {
  const changes = [
    { step: 4, budget: 0.5 },
    { step: 9, budget: 0.25 },
  ];
  expect(flagsOf(changes, 0.3, null)).toEqual([
    { step: 4, label: 't_d .30 → .50' },
    { step: 9, label: 't_d .50 → .25' },
  ]);
  expect(flagsOf([], 0.3, null)).toEqual([]);
});

it('marks the end of a run that diverged after its last step', () => {
  expect(flagsOf([], 0.3, stepRow(14, { loss: Number.NaN }))).toEqual([{ step: 13, label: 'diverged' }]);
});

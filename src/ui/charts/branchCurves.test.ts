import { expect, it } from 'vitest';
import { branchCurve, branchesWith, shortName } from './branchCurves.ts';

it('lists the branches that have a number, widths from wide to narrow', () => {
  expect(branchesWith({ gated: null, dense: 0.4, slim25: 0.1, slim75: 0.3, slim5: 0 })).toEqual([
    'dense',
    'slim75',
    'slim25',
    'slim5',
  ]);
  expect(branchesWith({ gated: 0.3, dense: 0.4 })).toEqual(['dense', 'gated']);
});

it('tells widths apart by colour and name', () => {
  const among = branchesWith({ gated: null, dense: 1, slim25: 1, slim75: 1 });
  const curves = among.map((branch) => branchCurve(branch, among));
  expect(curves.map(({ label }) => label)).toEqual(['dense', 'width .75', 'width .25']);
  expect(new Set(curves.map(({ color }) => color)).size).toBe(3);
  expect(shortName('slim5')).toBe('width .05');
});

import { expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { livePoints } from './livePoints.ts';

const evaluation = {
  ...{ epoch: 1, step: 156, macRatio: 0.4, channelUsage: [] },
  knn20: { dense: 0.3, gated: 0.25 },
};
const run = { config: DEFAULT_CONFIG, evaluation, side: 32, denseMacs: 1000 };

it('the run on the page is a point for each branch, where it stands now', () => {
  expect(livePoints(run, 'share').map(({ x, y, live }) => [x, y, live])).toEqual([
    [1, 0.3, true],
    [0.4, 0.25, true],
  ]);
  expect(livePoints(run, 'macs').map(({ x }) => x)).toEqual([1000, 400]);
  expect(livePoints(run, 'share')[1]!.says).toBe(
    'The run on the page, Dual gating: gated: 25.0 % at 40.0 % of the dense MACs, after 156 of 390 steps',
  );
});

it('is none without labels', () => {
  const unlabelled = { ...evaluation, knn20: { dense: null, gated: null } };
  expect(livePoints({ ...run, evaluation: unlabelled }, 'share')).toEqual([]);
});

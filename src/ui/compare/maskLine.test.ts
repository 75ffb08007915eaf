import { expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../presets.ts';
import type { MasksOutcome } from '../../store/studies/findings.ts';
import { maskLine } from './maskLine.ts';

type Mask = MasksOutcome['masks'][number];
const masked = (mask: Mask['mask'], accuracy: number, ratio: number): Mask => ({
  ...{ mask, macs: 1000 * ratio, ratio, density: [] },
  scores: [
    {
      ...{ measure: 'knn20', accuracy, standardError: 0.02 },
      comparison:
        mask === 'real'
          ? null
          : {
              count: 10,
              onlyFirst: 1,
              onlySecond: 0,
              difference: 0.4 - accuracy,
              standardError: 0.01,
              p: 0.1,
              test: 'exact binomial',
            },
    },
  ],
});
const outcome: MasksOutcome = {
  ...{ kind: 'masks', gated: true, blocks: [], denseMacs: 1000, seconds: 1 },
  data: { name: 'none', train: 20, test: 10, classes: 2, fewest: 5, most: 5 },
  masks: [
    masked('real', 0.4, 0.31),
    masked('random', 0.2, 0.3),
    masked('always-on', 0.5, 0.6),
    masked('frozen', 0.3, 0.3),
  ],
};

it('the Mask lab is a line from the worst mask of equal MACs to the best', () => {
  const line = maskLine(DEFAULT_CONFIG, outcome, 'knn20', 'share');
  expect(line.map(({ x, y }) => [x, y])).toEqual([
    [0.3, 0.2],
    [0.3, 0.3],
    [0.31, 0.4],
  ]);
  expect(maskLine(DEFAULT_CONFIG, outcome, 'knn20', 'macs').map(({ x }) => x)).toEqual([300, 300, 310]);
  expect(line[0]!.says).toContain(
    '20.0 % ± 2.0 % (standard error) at 30.0 % of the dense MACs. The real gates less this: +20.0 ± 1.0 points. As many channels',
  );
  expect(line[2]!.says).not.toContain('less this');
});

it('is nothing without gates, and of an accuracy that was not measured', () => {
  expect(maskLine(DEFAULT_CONFIG, { ...outcome, gated: false }, 'knn20', 'share')).toEqual([]);
  expect(maskLine(DEFAULT_CONFIG, outcome, 'ridge', 'share')).toEqual([]);
});

import { describe, expect, it } from 'vitest';
import { endedRun } from '../../store/runs/runs.fixture.ts';
import { sectionsOf } from '../../store/runs/runsTable.ts';
import { ownPoints } from './paretoPoints.ts';
import { seedBands } from './seedBands.ts';

const gated = (budget: number, seed: number, right: number) =>
  endedRun({ system: 'vicreg-gating', budget, seed }, right);
const pointsOf = (...runs: Parameters<typeof sectionsOf>[0]) =>
  ownPoints(sectionsOf(runs, 'knn20'), 'knn20', 'share');

describe('the points of runs', () => {
  it('are means over seeds with each seed beside them, in its own place', () => {
    const [point] = pointsOf(gated(0.3, 1, 4), gated(0.3, 3, 6));
    expect(point).toMatchObject({ x: 0.302, y: 0.5 });
    expect(point!.seeds).toEqual([
      { seed: 1, x: 0.301, y: 0.4 },
      { seed: 3, x: 0.303, y: 0.6 },
    ]);
    expect(point!.says).toContain('mean of 2 seeds (40.0 %, 60.0 %), sd 14.1 %');
  });

  it('of one seed have no others', () => {
    const [point] = pointsOf(gated(0.3, 1, 4));
    expect(point).not.toHaveProperty('seeds');
    expect(point!.says).toContain('one seed');
  });
});

describe('the band of seeds', () => {
  it('goes from the least to the best seed, along the budgets', () => {
    const runs = [gated(0.5, 1, 7), gated(0.5, 2, 8), gated(0.1, 1, 5), gated(0.1, 2, 3), gated(0.1, 3, 4)];
    const bands = seedBands(pointsOf(...runs));
    expect(bands.map(({ system }) => system)).toEqual(['vicreg-gating']);
    expect(bands[0]!.corners.map(([x, y]) => [x.toFixed(4), y])).toEqual([
      ['0.1020', 0.5],
      ['0.5015', 0.8],
      ['0.5015', 0.7],
      ['0.1020', 0.3],
    ]);
  });

  it('is not there for one budget, for one seed, and between dense branches that spend the same', () => {
    expect(seedBands(pointsOf(gated(0.3, 1, 4), gated(0.3, 2, 6)))).toEqual([]);
    expect(seedBands(pointsOf(gated(0.1, 1, 4), gated(0.3, 1, 6), gated(0.3, 2, 6)))).toEqual([]);
    const dual = [0.1, 0.3].flatMap((budget) =>
      [1, 2].map((seed) => endedRun({ system: 'dual-gating', budget, seed }, 5)),
    );
    const bands = seedBands(pointsOf(...dual));
    expect(bands).toHaveLength(1);
    expect(bands[0]!.corners.every(([x]) => x < 0.4)).toBe(true);
  });
});

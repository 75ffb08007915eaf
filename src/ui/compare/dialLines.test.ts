import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { curveOf } from '../../run/dial.ts';
import { inventedDial } from '../../store/run/dial/dial.fixture.ts';
import { endedRun } from '../../store/runs/runs.fixture.ts';
import { sectionsOf } from '../../store/runs/runsTable.ts';
import { dialLines } from './dialLines.ts';
import { ownPoints } from './paretoPoints.ts';

const config = { system: 'dual-gating', budget: 0.3 } as const;
const dial = curveOf(inventedDial({ ...DEFAULT_CONFIG, ...config }, 1, [0.1, 0.3, 1]));
const asked = { ...dial, points: dial.points.map((point) => ({ ...point, macRatio: point.budget })) };
const sections = (...runs: Parameters<typeof sectionsOf>[0]) => sectionsOf(runs, 'knn20');

describe('the line of a dial', () => {
  it('is of each run that has one, and of no other', () => {
    const all = sections(
      endedRun({ ...config, seed: 1 }, 4, { dial: asked }),
      endedRun({ ...config, seed: 2 }, 5),
      endedRun({ ...config, seed: 3 }, 6, { dial: asked }),
      endedRun({ system: 'vicreg' }, 5),
    );
    const lines = dialLines(all, 'share');
    expect(lines.map(({ system, points }) => [system, points.map(({ x }) => x)])).toEqual([
      ['dual-gating', [0.1, 0.3, 1]],
      ['dual-gating', [0.1, 0.3, 1]],
    ]);
    expect(lines[0]!.points.map(({ y }) => y)).toEqual(dial.points.map(({ knn20 }) => knn20));
    expect(dialLines(all, 'macs')[0]!.points.map(({ x }) => x)).toEqual([100, 300, 1000]);
    expect(new Set(lines.flatMap(({ points }) => points.map(({ key }) => key))).size).toBe(6);
  });

  it('leads to the row of the branch that turns, and says whose idea it is', () => {
    const all = sections(endedRun(config, 4, { dial: asked }));
    const [point] = dialLines(all, 'share')[0]!.points;
    const gated = ownPoints(all, 'knn20', 'share').find(({ name }) => name.endsWith(': gated'));
    expect(point!.row).toBe(gated!.row);
    expect(point!.says).toBe(
      'Dual gating, t_d 0.30, seed 1, turned by its dial to 10 % and not trained again (ours, not the paper’s): 32.0 % ± 13.5 % (standard error) at 10.0 % of the dense MACs, on 12 test images.',
    );
    expect(point).not.toHaveProperty('note');
  });

  it('notes points that spend other MACs than were asked for', () => {
    const points = asked.points.map((point) =>
      point.budget === 0.1 ? { ...point, macRatio: 0.2, reach: 'smallest' as const } : point,
    );
    const [least, next] = dialLines(
      sections(endedRun(config, 4, { dial: { ...asked, points } })),
      'share',
    )[0]!.points;
    expect(least!.note).toContain('The dial cannot serve 10.0 % of the MACs');
    expect(least!.says).toContain('Caution: The dial cannot serve');
    expect(next).not.toHaveProperty('note');
  });

  it('is not there without labels', () => {
    const points = asked.points.map((point) => ({ ...point, knn20: null, standardError: null }));
    expect(dialLines(sections(endedRun(config, 4, { dial: { ...asked, points } })), 'share')).toEqual([]);
  });
});

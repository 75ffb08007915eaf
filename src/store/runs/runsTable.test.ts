import { describe, expect, it } from 'vitest';
import { mcnemar } from '../../statistics/confidence.ts';
import { endedRun } from './runs.fixture.ts';
import { comparedPair } from './runsPair.ts';
import { sectionsOf } from './runsTable.ts';
import { deviations, rowName, runName } from './runsText.ts';

const RUNS = [
  endedRun({ system: 'dual-gating', seed: 1, budget: 0.3 }, 6),
  endedRun({ system: 'dual-gating', seed: 2, budget: 0.3 }, 8),
  endedRun({ system: 'vicreg-gating', seed: 1, budget: 0.3 }, 5),
  endedRun({ system: 'vicreg-gating', seed: 1, budget: 0.1 }, 1),
  endedRun({ system: 'vicreg', seed: 1 }, 9),
  // Its system has no budget, so this is a second seed of the same setting.
  endedRun({ system: 'vicreg', seed: 2, budget: 0.9 }, 7),
];

describe('sectionsOf', () => {
  const [section, ...others] = sectionsOf(RUNS, 'knn20');
  const row = (name: string) => section!.rows.find(({ group, branch }) => rowName(group, branch) === name)!;

  it('lays out as the paper: no budget first, then budget by budget, the dense branch before the gated', () => {
    expect(others).toEqual([]);
    expect(section!.rows.map(({ group, branch }) => rowName(group, branch))).toEqual([
      'VICReg dense: dense',
      'VICReg gated, t_d 0.10: gated',
      'VICReg gated, t_d 0.30: gated',
      'Dual gating, t_d 0.30: dense',
      'Dual gating, t_d 0.30: gated',
    ]);
  });

  it('gives mean and standard deviation over seeds, none with one seed', () => {
    const gated = row('Dual gating, t_d 0.30: gated');
    expect(gated.accuracy!.mean).toBeCloseTo(0.7);
    expect(gated.accuracy!.sd).toBeCloseTo(Math.SQRT1_2 * 0.2);
    expect(gated.macs.mean).toBe(301.5);
    expect(gated.ratio.mean).toBeCloseTo(0.3015);
    expect(row('VICReg gated, t_d 0.30: gated').accuracy!.sd).toBeNull();
  });

  it('takes differences seed by seed, to the baseline of the same budget', () => {
    const gated = row('Dual gating, t_d 0.30: gated');
    // The differences are 6 − 9 and 8 − 7 of 10.
    expect(gated.overDense!.mean).toBeCloseTo(-0.1);
    expect(gated.overDense!.count).toBe(2);
    // Seed 2 has no partner.
    expect(gated.overGating!).toMatchObject({ count: 1, sd: null });
    expect(gated.overGating!.mean).toBeCloseTo(0.1);
    expect(gated.reductionOverGating!.mean).toBeCloseTo(0);
    expect(row('VICReg dense: dense').overDense).toBeNull();
    expect(row('VICReg gated, t_d 0.10: gated').overDense!.mean).toBeCloseTo(-0.8);
  });

  it('keeps apart what cannot be compared: other steps, other images, recorded runs', () => {
    const more = [
      ...RUNS,
      endedRun({ system: 'vicreg', steps: 7 }, 1),
      endedRun({ system: 'vicreg' }, 1, { data: { ...RUNS[0]!.data, name: 'Emoji-10, same styles' } }),
      endedRun({ system: 'vicreg' }, 1, { origin: 'recorded' }),
    ];
    expect(sectionsOf(more, 'knn20').map(({ rows }) => rows.length)).toEqual([5, 1, 1, 1]);
  });

  it('takes dense networks alone as small rivals of the wider ones, at shares of their MACs', () => {
    const narrow = (width: number, seed: number, right: number, denseMacs: number, more = {}) => {
      const branches = [
        { branch: 'dense' as const, macs: denseMacs, knn20: right / 10, ridge: null, correct: null },
      ];
      return endedRun({ system: 'vicreg', width, seed, ...more }, right, { denseMacs, branches });
    };
    const runs = [narrow(3, 1, 4, 150), narrow(4, 1, 6, 256), narrow(4, 2, 8, 256), ...RUNS];
    const [only, ...more] = sectionsOf(runs, 'knn20');
    expect(more).toEqual([]);
    expect(only!.config.width).toBe(RUNS[0]!.config.width);
    expect(only!.rows.slice(0, 3).map(({ group, branch }) => rowName(group, branch))).toEqual([
      ...[
        'VICReg dense: dense',
        'Small dense, width 4, at equal steps: dense',
        'Small dense, width 3, at equal steps: dense',
      ],
    ]);
    const [, four, three] = only!.rows;
    expect([four!.ratio.mean, three!.ratio.mean]).toEqual([expect.closeTo(0.256), expect.closeTo(0.15)]);
    // 6 − 9 and 8 − 7 of 10, as for any rival of the dense network.
    expect(four!.overDense).toMatchObject({ mean: expect.closeTo(-0.1), count: 2 });
    const last = only!.rows.at(-1)!;
    expect(last.overDense!.mean).toBeCloseTo(-0.1);
    const longer = narrow(4, 1, 6, 256, { steps: Math.round(RUNS[0]!.config.steps / 0.256) });
    const both = sectionsOf([longer, narrow(4, 1, 6, 256), ...RUNS], 'knn20')[0]!.rows.slice(1, 3);
    expect(both.map(({ group }) => group.equal)).toEqual(['steps', 'macs']);
    // Other steps, no gated network that is wider: each stays alone.
    const apart = [narrow(4, 1, 6, 256, { steps: 7 }), narrow(12, 1, 6, 2000), ...RUNS];
    expect(sectionsOf(apart, 'knn20').map(({ rows }) => rows.length)).toEqual([1, 1, 5]);
    expect(sectionsOf([narrow(4, 1, 6, 256), narrow(6, 1, 6, 600)], 'knn20')).toHaveLength(2);
  });

  it('keeps runs of files apart, but takes them as baselines where there are no others', () => {
    const filed = RUNS.map((run) => ({ ...run, id: `${run.id} filed`, origin: 'file' as const }));
    const dual = endedRun({ system: 'dual-gating', seed: 1, budget: 0.3 }, 6);
    const both = sectionsOf([...filed, dual], 'knn20');
    expect(both).toHaveLength(1);
    const mine = both[0]!.rows.filter(({ group }) => group.origin === 'here');
    expect(mine.map(({ overDense }) => overDense!.mean)).toEqual([
      expect.closeTo(-0.3),
      expect.closeTo(-0.3),
    ]);
  });

  it('gives a run whose budget was moved a row of its own, without differences', () => {
    const moved = endedRun({ system: 'dual-gating', seed: 3, budget: 0.3 }, 9, { budgetMoved: true });
    const rows = sectionsOf([...RUNS, moved], 'knn20')[0]!.rows.filter(({ group }) => !group.whole);
    expect(rows.map(({ accuracy, overDense }) => [accuracy!.count, overDense])).toEqual([
      [1, null],
      [1, null],
    ]);
  });

  it('names the best floor of its runs, and none where only raw pixels were measured', () => {
    const floor = (share: number) => ({ toBeat: { name: 'whitened components', share } });
    const runs = [...RUNS, ...[0.5, 0.6].map((share) => ({ ...RUNS[0]!, id: `${share}`, ...floor(share) }))];
    expect(sectionsOf(runs, 'knn20').map(({ toBeat }) => toBeat)).toEqual([floor(0.6).toBeat]);
    expect(section!.toBeat).toBeNull();
  });

  it('says so where the measure is missing', () => {
    expect(sectionsOf(RUNS, 'ridge')[0]!.rows.map(({ accuracy }) => accuracy)).toEqual(Array(5).fill(null));
  });
});

describe('comparedPair', () => {
  const [first, second] = RUNS as [(typeof RUNS)[0], (typeof RUNS)[0]];

  it('is McNemar’s test on the images that only one gets right', () => {
    const flags = (right: number) => Uint8Array.from({ length: 10 }, (_, i) => Number(i < right));
    expect(comparedPair({ run: first, branch: 'gated' }, { run: second, branch: 'dense' })).toEqual(
      mcnemar(flags(6), flags(8)),
    );
  });

  it('says in a sentence why two cannot be compared', () => {
    const other = { ...second, data: { ...second.data, name: 'CIFAR-10' } };
    const pair = (run: typeof second, branch: 'gated' | 'dense' = 'dense') =>
      comparedPair({ run: first, branch: 'dense' }, { run, branch });
    expect(pair(first)).toContain('two different');
    expect(pair(other)).toContain('same test images');
    expect(pair({ ...second, branches: second.branches.map((b) => ({ ...b, correct: null })) })).toContain(
      'was not kept',
    );
  });
});

describe('the names of runs', () => {
  it('say what a run is, and how it differs from its preset', () => {
    expect(RUNS.slice(-2).map(runName)).toEqual(['VICReg dense, seed 1', 'VICReg dense, seed 2']);
    const small = { width: 4, share: 0.256 };
    expect(runName({ ...endedRun({ system: 'vicreg', width: 4 }, 1), small })).toBe(
      'Small dense, width 4, seed 1, 390 steps',
    );
    expect(runName(endedRun({ system: 'slimmable', slimWidth: 0.35 }, 1))).toBe(
      'Slimmable, width .35, seed 1',
    );
    expect(deviations(endedRun({ steps: 156, system: 'vicreg', budgetWeight: 3 }, 1).config)).toEqual({
      preset: 'Emoji, minutes',
      shared: ['Steps 156, not 390'],
      own: [],
    });
    const exact = endedRun({ exactBudget: true, gatedLoss: 'mean' }, 1);
    expect(deviations(exact.config)).toMatchObject({ shared: [], own: ['Exact budget on'] });
  });
});

import { describe, expect, it } from 'vitest';
import { smallDense } from '../../network/smallDense.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { sweepFaults } from '../../run/sweep/sweepPlan.ts';
import { endedRun } from '../runs/runs.fixture.ts';
import { sectionsOf } from '../runs/runsTable.ts';
import { answerOf, orderOf, type QuestionId, verdictOf } from './questions.ts';

const RUNS = [
  endedRun({ system: 'dual-gating', seed: 1, budget: 0.3 }, 6),
  endedRun({ system: 'dual-gating', seed: 2, budget: 0.3 }, 8),
  endedRun({ system: 'dual-gating', seed: 1, budget: 0.15 }, 4),
  endedRun({ system: 'dual-gating', seed: 1, budget: 0.1 }, 1),
  endedRun({ system: 'vicreg', seed: 1 }, 9),
  endedRun({ system: 'vicreg', seed: 2 }, 9),
  endedRun({ system: 'vicreg', seed: 1, width: 4 }, 5, { denseMacs: 256 }),
];
const answer = (question: QuestionId, runs = RUNS) =>
  answerOf(question, sectionsOf(runs, 'knn20'), DEFAULT_CONFIG);

describe('the answer to a question', () => {
  it('is the gated branch against the dense network of the same setup, seed by seed', () => {
    const found = answer('gating')!;
    expect([found.first.group.config.system, found.second.group.config.system]).toEqual([
      ...['dual-gating', 'vicreg'],
    ]);
    expect([found.seeds, found.first.group.config.budget]).toEqual([2, 0.3]);
    expect(found.difference).toBeCloseTo(-0.2);
    expect(found.saved).toBeCloseTo(0.6985);
  });

  it('has Student’s interval over its seeds, and tells how many more would decide', () => {
    // Differences of −.3 and −.1: a spread of .1414, and t is 12.706 for one degree of freedom.
    const found = answer('gating')!;
    expect(found.half).toBeCloseTo(12.706 * 0.1, 3);
    expect(verdictOf(found)).toBe('not shown');
    // By t of three, four and five seeds the halves would be .351, .225 and .176; the mean is −.2.
    expect(found.wanting).toBe('about 3 more seeds');
    expect(answer('small')).toMatchObject({ seeds: 1, wanting: null });
  });

  it('is the lower budget against the higher, as near to a half as there is', () => {
    const found = answer('half')!;
    expect([found.first.group.config.budget, found.second.group.config.budget]).toEqual([0.15, 0.3]);
    expect(found.difference).toBeCloseTo(-0.2);
  });

  it('is the gated branch against a narrower dense network', () => {
    const found = answer('small')!;
    expect([found.second.group.config.width, found.seeds]).toEqual([4, 1]);
    expect(found.difference).toBeCloseTo(0.1);
  });

  it('is of runs like the next one before recorded ones, and none where none is', () => {
    const recorded = RUNS.map((run) => ({ ...run, origin: 'recorded' as const }));
    const own = [endedRun({ system: 'dual-gating', budget: 0.3 }, 9), endedRun({ system: 'vicreg' }, 3)];
    expect(answer('gating', recorded)!.origin).toBe('recorded');
    expect(answer('gating', [...recorded, ...own])!.origin).toBe('here');
    expect(answer('small', own)).toBeNull();
  });

  it('calls a difference shown only outside of its interval', () => {
    const found = answer('gating')!;
    expect(verdictOf({ ...found, difference: -0.1, half: 0.12 })).toBe('not shown');
    expect(verdictOf({ ...found, difference: -0.1, half: 0.08 })).toBe('less');
    expect(verdictOf({ ...found, difference: 0.1, half: 0.08 })).toBe('more');
  });
});

describe('the runs of a question', () => {
  it('can be trained', () => {
    for (const question of ['gating', 'half', 'small'] as const) {
      const order = orderOf(question, DEFAULT_CONFIG, 32);
      expect(typeof order === 'string' ? order : sweepFaults(order, 32), question).toEqual([]);
    }
  });

  it('have a dense network of about the budget, where there is a narrower one', () => {
    const wide = { ...DEFAULT_CONFIG, width: 32 };
    const order = orderOf('small', wide, 32);
    const { width } = smallDense(wide, 32)!;
    expect(order).toMatchObject({ systems: [{ system: 'vicreg', width }, { system: 'dual-gating' }] });
    expect(orderOf('small', { ...wide, width: 2 }, 32)).toContain('no narrower network');
    expect(orderOf('half', { ...wide, budget: 0.08 }, 32)).toContain('less than a network can be asked for');
  });
});

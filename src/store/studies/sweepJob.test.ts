import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { endedRun } from '../runs/runs.fixture.ts';
import { keepJob, keptJob, newJob, secondsFor, standing } from './sweepJob.ts';

const ORDER = {
  systems: [{ system: 'vicreg' as const }, { system: 'dual-gating' as const }],
  budgets: [0.3, 0.5],
  seeds: [1],
  config: DEFAULT_CONFIG,
};
const JOB = newJob(ORDER, { kind: 'emoji10', test: 'unseen-style' }, 'wasm');
const DENSE = endedRun({ system: 'vicreg', seed: 1, budget: 0.9 }, 5);
const names = (runs: readonly { config: { system: string; budget: number } }[]) =>
  runs.map(({ config: { system, budget } }) => `${system} ${budget}`);

describe('standing', () => {
  it('does not train again what is on the shelf, whoever trained it', () => {
    expect(names(standing(JOB, []).left)).toEqual(['vicreg 0.3', 'dual-gating 0.3', 'dual-gating 0.5']);
    const { plan, done, left } = standing(JOB, [DENSE]);
    expect([plan.length, done, names(left)]).toEqual([3, 1, ['dual-gating 0.3', 'dual-gating 0.5']]);
  });

  it('does not count what ended early, had its budget moved, or saw other data', () => {
    const others = [
      { ...DENSE, stoppedEarly: true },
      { ...DENSE, budgetMoved: true },
      { ...DENSE, data: { ...DENSE.data, source: 'emoji10 same-styles' } },
    ];
    expect(standing(JOB, others).done).toBe(0);
  });

  it('leaves out what was skipped or failed', () => {
    const [first, second] = standing(JOB, []).left;
    const { left, done } = standing({ ...JOB, skipped: [first!.key], failed: { [second!.key]: 'NaN' } }, []);
    expect([done, names(left)]).toEqual([0, ['dual-gating 0.5']]);
  });
});

describe('secondsFor', () => {
  it('goes by the runs timed here on the newest engine', () => {
    const { left } = standing(JOB, []);
    expect(secondsFor(left.slice(0, 1), [], 32)).toBeNull();
    expect(secondsFor(left.slice(0, 1), [{ ...DENSE, origin: 'recorded' }], 32)).toBeNull();
    const slow = { ...DENSE, engine: 'cpu' as const, seconds: 999 };
    expect(secondsFor(left.slice(0, 1), [slow, DENSE], 32)).toBeCloseTo(60);
    // A dual step has as many passes as a dense step.
    expect(secondsFor(left, [slow, DENSE], 32)).toBeCloseTo(180);
  });
});

describe('a kept job', () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => void kept.set(key, text),
    removeItem: (key: string) => void kept.delete(key),
  };

  it('is the same after a reload, until it is discarded', async () => {
    const job = { ...JOB, skipped: ['a'], failed: { b: 'why' } };
    await keepJob(storage, job);
    const found = (await keptJob(storage))!;
    expect(standing(found, [])).toEqual(standing(job, []));
    expect([found.source, found.engine, found.skipped, found.failed]).toEqual([
      'emoji10 unseen-style',
      'wasm',
      ['a'],
      { b: 'why' },
    ]);
    await keepJob(storage, null);
    expect(await keptJob(storage)).toBeNull();
  });
});

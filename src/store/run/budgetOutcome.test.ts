import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { budgetOutcome } from './budgetOutcome.ts';
import { newRun, type RunState } from './run.ts';
import { stepRow } from './stepRow.fixture.ts';

const evaluated = (step: number, gated: number) => ({
  ...{ epoch: 0, step, macRatio: 0.4, channelUsage: [] },
  knn20: { dense: 0.5, gated },
});

/** A run at MAC ratio .5, which spends .35 from step 21 on, after t_d was moved. */
function run(made: number): RunState {
  const blank = newRun('r', { ...DEFAULT_CONFIG, budget: 0.5 }, { kind: 'here' });
  const steps = Array.from({ length: made }, (_, i) => stepRow(i + 1, { macRatio: i < 20 ? 0.5 : 0.35 }));
  const epochs = [evaluated(15, 0.3), ...(made >= 40 ? [evaluated(40, 0.28)] : [])];
  return { ...blank, record: { ...blank.record, steps, epochs, budgets: [{ step: 20, budget: 0.3 }] } };
}

describe('what follows from a moved budget', () => {
  it('is nothing before t_d was moved', () => {
    expect(budgetOutcome(null)).toBeNull();
    expect(budgetOutcome(newRun('r', DEFAULT_CONFIG, { kind: 'here' }))).toBeNull();
  });

  it('is told as it becomes known: the MACs after some steps, the accuracy after an evaluation', () => {
    expect(budgetOutcome(run(22))).toMatchObject({
      from: 0.5,
      to: 0.3,
      steps: 2,
      macs: null,
      accuracy: null,
    });
    expect(budgetOutcome(run(30))!.macs).toBeCloseTo(-0.3);
    const last = budgetOutcome(run(60))!;
    expect([last.step, last.steps]).toEqual([20, 40]);
    expect(last.accuracy).toBeCloseTo(-0.02);
  });
});

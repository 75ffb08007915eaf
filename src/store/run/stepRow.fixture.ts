import type { StepRow } from '../../metrics.ts';

/** An invented step. Its loss falls by one in each step. */
export function stepRow(step: number, changes: Partial<StepRow> = {}): StepRow {
  return {
    ...{ step, epoch: Math.floor((step - 1) / 10), loss: 40 - step },
    ...{ invariance: 0.25, variance: 1.5, covariance: 0.1, budgetLoss: 0.02, boundLoss: 0.01 },
    ...{ macRatio: 0.5, terms: [], budget: 0.4, lr: 0.1, ms: 12.5 },
    ...changes,
  };
}

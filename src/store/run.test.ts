import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../presets.ts';
import type { SessionNews } from '../session/protocol.ts';
import { applyEvent, newRun, type RunState, stepsMade } from './run.ts';

const start = newRun('a', DEFAULT_CONFIG, { kind: 'here' });

function after(...news: SessionNews[]): RunState {
  return news.reduce<RunState>((state, item) => applyEvent(state, { ...item, run: 'a' }), start);
}

function steps(...numbers: number[]): SessionNews {
  const rows = numbers.map((step) => ({
    ...{ step, epoch: 0, loss: 40, invariance: 1, variance: 1, covariance: 1, budgetLoss: 0, boundLoss: 0 },
    ...{ macRatio: 0.5, budget: 0.3, lr: 0.1, ms: 10 },
  }));
  return { kind: 'steps', rows };
}

describe('a run on the page', () => {
  it('grows by the steps of its events, in order', () => {
    const state = after(steps(1, 2), steps(3));
    expect(state.record.steps.map(({ step }) => step)).toEqual([1, 2, 3]);
    expect(stepsMade(state)).toBe(3);
  });

  it('is untouched by events of another run', () => {
    expect(applyEvent(start, { ...steps(1), run: 'b' })).toBe(start);
  });

  it('is not changed in place: the state before an event stays what it was', () => {
    const before = after(steps(1));
    applyEvent(before, { ...steps(2), run: 'a' });
    expect(stepsMade(before)).toBe(1);
  });

  it('forgets what was being loaded once its state changes', () => {
    const progress = { kind: 'progress', task: 'Loading data', done: 3, total: 6, unit: 'MB' } as const;
    expect(after(progress).progress).toEqual({ task: 'Loading data', done: 3, total: 6, unit: 'MB' });
    expect(after(progress, { kind: 'state', state: 'compiling' }).progress).toBeNull();
  });

  it('keeps a failure with its advice, and its curves', () => {
    const state = after(steps(1), {
      kind: 'failed',
      reason: 'diverged',
      message: 'variance is not finite',
      advice: 'Halve the learning rate.',
    });
    expect(state.state).toBe('failed');
    expect(state.failure).toEqual({
      reason: 'diverged',
      message: 'variance is not finite',
      advice: 'Halve the learning rate.',
    });
    expect(stepsMade(state)).toBe(1);
    expect(state.log.at(-1)).toEqual({ step: 1, text: 'variance is not finite', level: 'error' });
  });

  it('notes a budget change with both values and the step, and knows the new budget', () => {
    const state = after(steps(1, 2), { kind: 'budget', step: 2, budget: 0.55 });
    expect(state.budget).toBe(0.55);
    expect(state.config.budget).toBe(DEFAULT_CONFIG.budget);
    expect(state.log.at(-1)).toMatchObject({ step: 2, text: 't_d set from 0.30 to 0.55' });
  });

  it('goes on without maps when the map worker gives up', () => {
    const working = applyEvent(start, { kind: 'mapProgress', run: 'a', epoch: 0, done: 1, total: 4 });
    expect(working.mapProgress).toBe(0.25);
    const failed = applyEvent(working, { kind: 'mapFailed', run: 'a', epoch: 0, message: 'no' });
    expect(failed.mapProgress).toBeNull();
    expect(failed.state).toBe('idle');
    expect(failed.log.at(-1)?.level).toBe('warning');
  });
});

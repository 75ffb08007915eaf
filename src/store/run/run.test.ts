import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { parseRunFile, runFileOf } from '../../run/files/runFile.ts';
import type { SessionNews } from '../../run/protocol.ts';
import type { ClientEvent } from '../../session/door/client.ts';
import { applyEvent, isRestoring, newRun, type RunState, stepsMade } from './run.ts';

const start = newRun('a', DEFAULT_CONFIG, { kind: 'here' });

function after(...news: SessionNews[]): RunState {
  return news.reduce<RunState>((state, item) => applyEvent(state, { ...item, run: 'a' }), start);
}

function steps(...numbers: number[]): SessionNews {
  const rows = numbers.map((step) => ({
    ...{ step, epoch: 0, loss: 40, invariance: 1, variance: 1, covariance: 1, budgetLoss: 0, boundLoss: 0 },
    ...{ macRatio: 0.5, terms: [], budget: 0.3, lr: 0.1, ms: 10 },
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

  it('has the newest look at the memory, which is no part of its record', () => {
    const use = (tensors: number) => ({ gpu: null, kernels: null, wasm: 1e8, tensors, tensorBytes: 4 });
    expect(start.memory).toBeNull();
    const state = after({ kind: 'memory', use: use(1) }, { kind: 'memory', use: use(2) });
    expect(state.memory).toEqual(use(2));
    expect(state.record).toBe(start.record);
  });

  it('forgets what was being loaded once its state changes', () => {
    const progress = { kind: 'progress', task: 'Loading data', done: 3, total: 6, unit: 'MB' } as const;
    expect(after(progress).progress).toEqual({ task: 'Loading data', done: 3, total: 6, unit: 'MB' });
    expect(after(progress, { kind: 'state', state: 'compiling' }).progress).toBeNull();
  });

  it('counts the images that come while it trains, and says why they do not', () => {
    const images = { kind: 'images', received: 1000, total: 6000, waits: true, fault: null } as const;
    expect(after(images).arriving).toEqual({ received: 1000, total: 6000, waits: true, fault: null });
    const broken = after(images, { ...images, waits: false, fault: 'The line was cut.' });
    expect(broken.arriving?.fault).toBe('The line was cut.');
    expect(broken.log.at(-1)).toMatchObject({ text: 'Images: The line was cut.', level: 'warning' });
    expect(after(images, { ...images, received: 6000, waits: false }).arriving).toBeNull();
  });

  it('keeps a failure with its advice, and its curves', () => {
    const state = after(steps(1), {
      kind: 'failed',
      reason: 'diverged',
      message: 'variance is not finite',
      advice: 'Halve the learning rate.',
      canUseRest: false,
    });
    expect(state.state).toBe('failed');
    expect(state.failure).toEqual({
      reason: 'diverged',
      message: 'variance is not finite',
      advice: 'Halve the learning rate.',
      canUseRest: false,
    });
    expect(stepsMade(state)).toBe(1);
    expect(state.log.at(-1)).toEqual({ step: 1, text: 'variance is not finite', level: 'error' });
  });

  it('notes what the user should know, and goes on', () => {
    const state = after(
      { kind: 'state', state: 'loading' },
      { kind: 'notice', message: 'No canvas is used.' },
    );
    expect(state.log).toEqual([{ step: 0, text: 'No canvas is used.', level: 'warning' }]);
    expect(state.state).toBe('loading');
  });

  it('notes a budget change with both values and the step, and knows the new budget', () => {
    const state = after(steps(1, 2), { kind: 'budget', step: 2, budget: 0.55 });
    expect(state.budget).toBe(0.55);
    expect(state.config.budget).toBe(DEFAULT_CONFIG.budget);
    expect(state.log.at(-1)).toMatchObject({ step: 2, text: 't_d set from 0.30 to 0.55' });
  });

  describe('whose engine is lost', () => {
    const lost = { kind: 'interrupted', run: 'a', step: 4, reason: 'The device was lost.' } as const;
    const back = { kind: 'rewound', run: 'a', step: 2, budget: 0.4 } as const;
    const training = { kind: 'state', run: 'a', state: 'training' } as const;
    const told = (...events: ClientEvent[]) =>
      events.reduce(
        applyEvent,
        after(
          steps(1, 2),
          { kind: 'budget', step: 2, budget: 0.4 },
          steps(3),
          { kind: 'budget', step: 3, budget: 0.5 },
          { kind: 'progress', task: 'Evaluation', done: 1, total: 2, unit: 'images' },
        ),
      );

    it('keeps its rows until it goes on, and says that it is being restored', () => {
      const state = told(lost);
      expect(stepsMade(state)).toBe(3);
      expect(state.state).toBe('interrupted');
      expect(state.progress).toBeNull();
      expect(state.interruption).toEqual({ step: 4, reason: 'The device was lost.', from: null });
      expect(state.log.at(-1)).toEqual({
        ...{ step: 4, level: 'warning' },
        text: 'Interrupted: The device was lost.',
      });
      expect(isRestoring(state)).toBe(true);
      expect(isRestoring(applyEvent(state, { kind: 'state', run: 'a', state: 'loading' }))).toBe(true);
    });

    it('takes back what came after the checkpoint, its budget included, and remembers what happened', () => {
      const state = told(lost, back, training);
      expect(stepsMade(state)).toBe(2);
      expect(state.budget).toBe(0.4);
      expect(state.record.budgets).toEqual([{ step: 2, budget: 0.4 }]);
      expect(state.interruption).toEqual({ step: 4, reason: 'The device was lost.', from: 2 });
      expect(isRestoring(state)).toBe(false);
      const again = applyEvent(state, { ...steps(3, 4), run: 'a' });
      expect(again.record.steps.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
    });

    it('notes a budget that it is told once more on the marks, not in the log', () => {
      const again = { kind: 'budget', run: 'a', step: 2, budget: 0.5 } as const;
      const state = told(lost, again, { ...back, budget: 0.5 }, training);
      expect(state.budget).toBe(0.5);
      expect(state.record.budgets).toEqual([{ step: 2, budget: 0.5 }]);
      expect(state.log.filter(({ text }) => text.startsWith('t_d set'))).toHaveLength(2);
    });

    it('leaves a valid run file', () => {
      const { config, record } = told(lost, back, training, { ...steps(3), run: 'a' });
      const file = parseRunFile(JSON.stringify(runFileOf(config, record)));
      expect(file.steps.map(({ step }) => step)).toEqual([1, 2, 3]);
    });
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

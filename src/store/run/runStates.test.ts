import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../presets.ts';
import type { SessionState } from '../../run/protocol.ts';
import { usePlayground } from '../playground.ts';
import { newRun, type RunState } from './run.ts';
import { canEnd } from './runStates.ts';
import { stepRow } from './stepRow.fixture.ts';

const config = { ...DEFAULT_CONFIG, steps: 3 };

/** A run of three steps, after so many of them. */
function runAfter(
  steps: number,
  state: SessionState,
  origin: RunState['origin'] = { kind: 'here' },
): RunState {
  const run = newRun('a', config, origin);
  const rows = Array.from({ length: steps }, (_, i) => stepRow(i + 1));
  return { ...run, state, record: { ...run.record, steps: rows } };
}

describe('a run can be ended', () => {
  it('between its first and its last step, also in a pause; and in any evaluation from then on', () => {
    for (const state of ['training', 'pausing', 'paused', 'evaluating'] as const) {
      expect(
        [0, 1, 2, 3].map((steps) => canEnd(runAfter(steps, state))),
        state,
      ).toEqual([false, true, true, state === 'evaluating']);
    }
  });

  it('neither while it is made ready, nor after its end, nor if it was read from a file', () => {
    for (const state of ['loading', 'compiling', 'interrupted', 'finished', 'failed'] as const) {
      expect(canEnd(runAfter(1, state)), state).toBe(false);
    }
    expect(canEnd(runAfter(1, 'training', { kind: 'opened', file: 'run.json' }))).toBe(false);
    expect(canEnd(null)).toBe(false);
  });

  it('and the page knows that it was, until another run takes its place', () => {
    const { finishNow, show } = usePlayground.getState();
    show(runAfter(0, 'evaluating'));
    finishNow();
    expect(usePlayground.getState().ending).toBe(false);
    show(runAfter(1, 'evaluating'));
    finishNow();
    expect(usePlayground.getState().ending).toBe(true);
    show(runAfter(1, 'training'));
    expect(usePlayground.getState().ending).toBe(false);
  });
});

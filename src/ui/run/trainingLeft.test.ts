import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { newRun, type RunState } from '../../store/run/run.ts';
import { stepRow } from '../../store/run/stepRow.fixture.ts';
import { trainingLeft } from './trainingLeft.ts';

const HOUR = 3_600_000;

/** A run of 100 steps whose first steps took so many milliseconds each. */
function run(...ms: readonly number[]): RunState {
  const blank = newRun('r', { ...DEFAULT_CONFIG, steps: 100 }, { kind: 'here' });
  const steps = ms.map((one, index) => stepRow(index + 1, { ms: one }));
  return { ...blank, record: { ...blank.record, steps } };
}

describe('the training that is left', () => {
  it('is unknown before the first step', () => {
    expect(trainingLeft(run())).toBeNull();
  });

  it('follows the steps made recently', () => {
    expect(trainingLeft(run(...Array(30).fill(1000), ...Array(20).fill(200)))).toBe(50 * 200);
  });

  it('is not hours because the computer slept for one', () => {
    expect(trainingLeft(run(200, 210, HOUR, 190))).toBe(96 * 200);
    expect(trainingLeft(run(200, HOUR))).toBe(98 * 200);
  });
});

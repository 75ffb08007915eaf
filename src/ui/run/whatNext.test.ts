import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../presets.ts';
import type { SessionState } from '../../run/protocol.ts';
import type { Ready, RunState } from '../../store/run/run.ts';
import { newRun } from '../../store/run/run.ts';
import { stepRow } from '../../store/run/stepRow.fixture.ts';
import { whatNext } from './whatNext.ts';

const CONFIG = { ...DEFAULT_CONFIG, steps: 390, evaluateEvery: 2 };
const READY: Ready = {
  config: CONFIG,
  engine: null,
  data: {
    ...{ name: 'Emoji-10', train: 5000, test: 1000, size: 32, classes: [], bank: null },
    ...{ recipe: 'cifar10', stepsPerEpoch: 78 },
  },
  network: { stemMacs: 0, blocks: [], denseMacs: 0, smallestRatio: 0, features: 64 },
  mapImages: { count: 0, pixels: new Uint8Array(0), labels: new Uint8Array(0) },
};

function run(made: number, state: SessionState = 'training'): RunState {
  const blank = newRun('r', CONFIG, { kind: 'here' });
  const steps = Array.from({ length: made }, (_, i) => stepRow(i + 1, {}));
  return { ...blank, state, record: { ...blank.record, ready: READY, steps } };
}

describe('what comes next', () => {
  it('is the evaluation after so many epochs, at last the one at the end', () => {
    expect(whatNext(run(0))).toBe('next evaluation by step 156');
    expect(whatNext(run(156))).toBe('next evaluation by step 312');
    expect(whatNext(run(320))).toBe('last evaluation after step 390');
    expect(whatNext(run(390))).toBe('then the run ends');
    expect(whatNext(run(156, 'evaluating'))).toBe('then training from step 157');
  });

  it('is nothing without a run, and after its end', () => {
    expect(whatNext(null)).toBeNull();
    expect(whatNext(run(3, 'failed'))).toBeNull();
    expect(whatNext({ ...run(3), origin: { kind: 'opened', file: 'a.json' } })).toBeNull();
  });
});

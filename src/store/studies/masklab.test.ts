import { describe, expect, it } from 'vitest';
import type { LaboratoryEvent } from '../../laboratory/door/protocol.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { newRun } from '../run/run.ts';
import {
  couldTakeWeights,
  findingsAfter,
  type MaskLabPhase,
  NO_FINDINGS,
  phaseAfter,
  subjectOf,
} from './masklab.ts';

const working: MaskLabPhase = {
  kind: 'working',
  order: 'masks',
  id: 3,
  task: 'Loading',
  share: 0,
  remainingMs: null,
};
const event = (change: object) => ({ kind: 'progress', id: 3, ...change }) as unknown as LaboratoryEvent;

describe('an order of the mask lab', () => {
  it('goes on, ends, or says what went wrong', () => {
    const progress = event({
      task: 'Random',
      share: 0.4,
      remainingMs: 900,
      done: 4,
      total: 9,
      unit: 'images',
    });
    expect(phaseAfter(working, progress)).toEqual({
      ...working,
      task: 'Random',
      share: 0.4,
      remainingMs: 900,
    });
    expect(phaseAfter(working, event({ kind: 'cancelled' }))).toEqual({ kind: 'idle' });
    expect(phaseAfter(working, event({ kind: 'failed', message: 'no', advice: 'do' }))).toEqual({
      kind: 'failed',
      order: 'masks',
      message: 'no',
      advice: 'do',
    });
  });

  it('hears nothing of orders before it', () => {
    expect(phaseAfter(working, event({ id: 2, kind: 'cancelled' }))).toBe(working);
    expect(phaseAfter({ kind: 'idle' }, event({ task: 'late' }))).toEqual({ kind: 'idle' });
  });

  it('leaves what it found, slices without their weights', () => {
    const slice = { kind: 'slice', form: 'frozen', weights: { tensors: {} }, macs: 3 };
    const found = findingsAfter(NO_FINDINGS, event({ kind: 'done', outcome: slice }));
    expect(found.slices.frozen).toEqual({ kind: 'slice', form: 'frozen', macs: 3 });
    const masks = { kind: 'masks', masks: [] };
    expect(findingsAfter(found, event({ kind: 'done', outcome: masks }))).toEqual({ ...found, masks });
  });
});

it('weights have a name while they are those of the run, and can be taken when it rests', () => {
  const run = newRun('run-1', DEFAULT_CONFIG, { kind: 'here' });
  expect(subjectOf(null)).toBeNull();
  expect(subjectOf(run)).toBeNull();
  expect(couldTakeWeights({ ...run, state: 'training' })).toBe(false);
  const weights = { tensors: {} } as never;
  expect(subjectOf({ ...run, record: { ...run.record, weights } })).toBe('run-1 after 0 steps');
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { bytesOf, type CheckpointEntry, newEntry } from './entry.ts';
import { isResumable, KEPT_CHECKPOINTS, orphans, pruned, prunedAtEnd, sizeText } from './pruning.ts';

function note(step: number, demanded = false): CheckpointEntry {
  return { file: `${step}.checkpoint`, step, bytes: 100, demanded, writtenOn: '2026-01-01T00:00:00.000Z' };
}

const ENTRY = newEntry({
  ...{ id: 'a', config: DEFAULT_CONFIG, engine: 'wasm', startedOn: '2026-01-01T00:00:00.000Z' },
  source: { kind: 'emoji10', test: 'unseen-style' },
});
const steps = (notes: readonly CheckpointEntry[]) => notes.map(({ step }) => step);

describe('which checkpoints stay', () => {
  it('are the newest three, and those that were asked for', () => {
    const { kept, dropped } = pruned([note(1), note(2, true), note(5), note(3), note(4)]);
    expect(steps(kept)).toEqual([5, 4, 3, 2]);
    expect(steps(dropped)).toEqual([1]);
  });

  it('are all of them, once, whatever their order; and never none of some', () => {
    const notes = fc.uniqueArray(fc.record({ step: fc.nat(50), demanded: fc.boolean() }), {
      selector: ({ step }) => step,
    });
    fc.assert(
      fc.property(notes, fc.integer({ min: 1, max: 5 }), (made, room) => {
        const all = made.map(({ step, demanded }) => note(step, demanded));
        const { kept, dropped } = pruned(all, room);
        expect(steps([...kept, ...dropped]).toSorted()).toEqual(steps(all).toSorted());
        expect(dropped.some(({ demanded }) => demanded)).toBe(false);
        const others = kept.filter(({ demanded }) => !demanded);
        expect(others).toHaveLength(Math.min(room, all.filter(({ demanded }) => !demanded).length));
        expect(kept[0]?.step).toBe(all.length > 0 ? Math.max(...steps(all)) : undefined);
      }),
    );
    expect(KEPT_CHECKPOINTS).toBeGreaterThan(1);
  });

  it('are those of the course that is gone on with, not the later steps of one given up', () => {
    const later = { ...note(250), writtenOn: '2026-01-01T00:01:00.000Z' };
    expect(steps(pruned([note(300), later, note(200)], 1).kept)).toEqual([250]);
  });

  it('are none of a complete run’s but those asked for, and the newest of one that may go on, two if it failed', () => {
    const checkpoints = [note(1, true), note(2), note(3), note(4)];
    const kept = (change: Partial<typeof ENTRY>) =>
      steps(prunedAtEnd({ ...ENTRY, checkpoints, ...change }).kept);
    expect(kept({ state: 'finished' })).toEqual([1]);
    expect(kept({ state: 'finished', stoppedEarly: true })).toEqual([4, 1]);
    expect(kept({ state: 'failed' })).toEqual([4, 3, 1]);
  });
});

describe('a run in the index', () => {
  it('can go on unless it went to its end, or there is nothing to go on from', () => {
    const checkpoints = [note(3)];
    expect(isResumable(ENTRY)).toBe(false);
    expect(isResumable({ ...ENTRY, checkpoints })).toBe(true);
    expect(isResumable({ ...ENTRY, checkpoints, state: 'failed' })).toBe(true);
    expect(isResumable({ ...ENTRY, checkpoints, state: 'finished' })).toBe(false);
    expect(isResumable({ ...ENTRY, checkpoints, state: 'finished', stoppedEarly: true })).toBe(true);
  });

  it('tells its files from those that a crash left behind', () => {
    const runFile = { file: 'x.run.gz', bytes: 7 };
    const entry = { ...ENTRY, checkpoints: [note(3)], runFile };
    expect(orphans(entry, ['3.checkpoint', '4.checkpoint', 'x.run.gz', 'y.run.gz'])).toEqual([
      '4.checkpoint',
      'y.run.gz',
    ]);
    expect(orphans(null, ['3.checkpoint'])).toEqual(['3.checkpoint']);
    expect(bytesOf(entry)).toBe(107);
  });

  it('has its size in words', () => {
    expect([0, 999, 1000, 12_345, 12_345_678, 3e12].map(sizeText)).toEqual([
      ...['0 B', '999 B', '1.0 kB', '12 kB', '12 MB', '3.0 TB'],
    ]);
  });
});

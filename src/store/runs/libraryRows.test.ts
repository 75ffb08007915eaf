import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { newEntry } from '../../vault/door/entry.ts';
import type { RunEntry } from './library.ts';
import { rowsOf, type Shelves } from './libraryRows.ts';
import { endedRun } from './runs.fixture.ts';

const CHECKPOINT = {
  file: 'a',
  step: 24,
  bytes: 1000,
  demanded: false,
  writtenOn: '2026-01-01T00:00:00.000Z',
};

function entry(change: Partial<RunEntry> = {}): RunEntry {
  const fresh = newEntry({
    ...{ id: 'a', config: DEFAULT_CONFIG, engine: 'wasm', startedOn: '2026-01-01T00:00:00.000Z' },
    source: { kind: 'emoji10', test: 'unseen-style' },
  });
  return { ...fresh, checkpoints: [CHECKPOINT], ...change };
}

function rows(entries: readonly RunEntry[], change: Partial<Shelves> = {}) {
  const library = { entries, elsewhere: new Set<string>(), unkept: null };
  return rowsOf({ library, own: [], recorded: [], run: null, ...change });
}

const only = (...args: Parameters<typeof rows>) => rows(...args)[0]!;

describe('the list of runs', () => {
  it('has a run once, with its result, whether it is kept, compared, or both', () => {
    const kept = endedRun({ seed: 1 }, 3, { keptRuns: ['deleted', 'a'] });
    const alone = endedRun({ seed: 2 }, 4, { keptRuns: ['deleted'] });
    const recorded = endedRun({ seed: 3 }, 5, { origin: 'recorded' });
    const list = rows([entry(), entry({ id: 'b' })], {
      own: [kept, alone],
      recorded: [recorded],
    });
    expect(list.map(({ id, shelved }) => [id, shelved?.id ?? null])).toEqual([
      ['b', null],
      ['a', kept.id],
      [`here ${alone.id}`, alone.id],
      [`recorded ${recorded.id}`, recorded.id],
    ]);
  });

  it.each<[string, Partial<RunEntry>, string, number | null]>([
    ['broken off', {}, 'can go on from step 24 of 390', 24],
    ['broken off at once', { checkpoints: [] }, 'broken off before its first checkpoint', null],
    ['finished', { state: 'finished', steps: 390 }, 'finished, 390 steps', null],
    [
      'ended early',
      { state: 'finished', steps: 24, stoppedEarly: true },
      'ended early after 24 steps; can go on from step 24 of 390',
      24,
    ],
    [
      'failed',
      { state: 'failed', failure: 'It broke.' },
      'failed: It broke.; can go on from step 24 of 390',
      24,
    ],
  ])('says how a run stands: %s', (_, change, standing, from) => {
    const row = only([entry(change)]);
    expect([row.standing, row.resumeFrom]).toEqual([standing, from]);
  });

  it('offers no resumption of a run that trains, here or in another tab', () => {
    const here = only([entry()], { run: { run: 'a', state: 'paused' } });
    expect([here.standing, here.resumeFrom, here.here]).toEqual(['paused here', null, true]);
    const elsewhere = only([entry()], {
      library: { entries: [entry()], elsewhere: new Set(['a']), unkept: null },
    });
    expect([elsewhere.standing, elsewhere.resumeFrom]).toEqual(['trained in another tab', null]);
    const ended = only([entry({ state: 'finished' })], { run: { run: 'a', state: 'finished' } });
    expect(ended.here).toBe(false);
  });

  it('offers no resumption of a run that has just ended, until its end is written or could not be', () => {
    const run = { run: 'a', state: 'finished' } as const;
    const ending = only([entry()], { run });
    expect([ending.standing, ending.resumeFrom, ending.here]).toEqual([
      'has ended, and is being written',
      null,
      false,
    ]);
    // A resumed run has not ended when its images were refused: the user can try again.
    expect(only([entry()], { run: { run: 'a', state: 'failed' } }).resumeFrom).toBe(24);
    const unkept = { entries: [entry()], elsewhere: new Set<string>(), unkept: 'a' };
    expect(only([entry()], { run, library: unkept }).resumeFrom).toBe(24);
  });

  it('names a run as its user does, or by its settings; tells what they change, and what it came to', () => {
    const config = { ...DEFAULT_CONFIG, steps: 100 };
    const row = only([entry({ config, name: 'Mine', knn20: { gated: 0.5, dense: 0.625 }, macRatio: 0.301 })]);
    expect(row).toMatchObject({
      name: 'Mine',
      differs: '“Emoji, minutes” but Steps 100, not 390',
      bytes: 1000,
    });
    expect(row.numbers).toEqual(['Dense 20-NN 62.5 %', 'Gated 20-NN 50.0 %', '30.1 % of the MACs']);
    const toBeat = { name: 'whitened components', share: 0.596 };
    const known = endedRun({ seed: 1 }, 3, { keptRuns: ['a'], toBeat });
    const knn20 = { gated: 0.5, dense: 0.625 };
    expect(only([entry({ config, knn20 })], { own: [known] }).numbers).toContain(
      'to beat: whitened components 59.6 %',
    );
    expect(rows([], { own: [known] })[0]!.numbers).toContain('to beat: whitened components 59.6 %');
    expect(only([entry({ config, knn20: null })], { own: [known] }).numbers).toEqual([]);
    expect(only([entry()])).toMatchObject({
      name: 'Dual gating, t_d 0.30, seed 1',
      differs: 'as the preset “Emoji, minutes”',
    });
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { scriptedWorker } from '../../link/scriptedWorker.fixture.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { newEntry, type RunEntry } from '../../vault/door/entry.ts';
import type { VaultCommand, VaultEvent } from '../../vault/door/protocol.ts';
import { newRun } from '../run/run.ts';
import { UNDO_MS } from './library.ts';

const ScriptedWorker = scriptedWorker<VaultEvent>();
const SPACE = { used: 1, quota: 2 };

function entry(id: string, change: Partial<RunEntry> = {}): RunEntry {
  const fresh = newEntry({
    ...{ id, config: DEFAULT_CONFIG, engine: 'wasm', startedOn: `2026-01-0${id.length}T00:00:00.000Z` },
    source: { kind: 'emoji10', test: 'unseen-style' },
  });
  return { ...fresh, ...change };
}

/** The store of a page that was just loaded, with the commands that its vault received. */
async function visit(...entries: readonly RunEntry[]) {
  vi.resetModules();
  ScriptedWorker.all = [];
  const { useLibrary } = await import('./library.ts');
  useLibrary.getState().open();
  const [vault] = ScriptedWorker.named('vault');
  vault!.say({ kind: 'opened', entries, elsewhere: [], space: SPACE });
  const told = (kind: VaultCommand['kind']) =>
    (vault!.told as VaultCommand[]).filter((command) => command.kind === kind);
  return { library: useLibrary.getState, vault: vault!, told };
}

const ids = (entries: readonly RunEntry[]) => entries.map(({ id }) => id);

beforeEach(() => {
  vi.stubGlobal('Worker', ScriptedWorker);
  vi.useFakeTimers();
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('useLibrary', () => {
  it('deletes a run only when the undo has lapsed', async () => {
    const { library, told } = await visit(entry('a'), entry('bb'));
    library().remove('a');
    expect([ids(library().entries), library().removed?.id]).toEqual([['bb'], 'a']);
    vi.advanceTimersByTime(UNDO_MS - 1);
    library().undo();
    vi.advanceTimersByTime(UNDO_MS);
    expect(ids(library().entries)).toEqual(['a', 'bb']);
    expect(told('delete')).toEqual([]);
    library().remove('a');
    vi.advanceTimersByTime(UNDO_MS);
    expect(told('delete')).toEqual([{ kind: 'delete', id: 'a' }]);
    expect(library().removed).toBeNull();
  });

  it('deletes the run before at once when another is deleted, and does not let either come back meanwhile', async () => {
    const { library, vault, told } = await visit(entry('a'), entry('bb'));
    library().remove('a');
    library().remove('bb');
    expect(told('delete')).toEqual([{ kind: 'delete', id: 'a' }]);
    vault.say({ kind: 'entry', entry: entry('bb'), space: SPACE });
    expect(library().entries).toEqual([]);
  });

  it('names and notes at once, and tells the vault', async () => {
    const { library, told } = await visit(entry('a'));
    library().describe('a', { name: 'Mine' });
    expect(library().entries[0]).toMatchObject({ id: 'a', name: 'Mine', note: '' });
    expect(told('describe')).toEqual([{ kind: 'describe', id: 'a', change: { name: 'Mine' } }]);
  });

  it('takes runs in by their start, and changes in place', async () => {
    const { library, vault } = await visit(entry('bb'));
    vault.say({ kind: 'entry', entry: entry('ccc'), space: SPACE });
    vault.say({ kind: 'entry', entry: entry('a'), space: SPACE });
    vault.say({ kind: 'entry', entry: entry('bb', { steps: 9 }), space: null });
    expect(library().entries.map(({ id, steps }) => [id, steps])).toEqual([
      ['a', 0],
      ['bb', 9],
      ['ccc', 0],
    ]);
  });

  it('answers each question with its own answer, and refusals in words', async () => {
    const { library, vault } = await visit(entry('a'));
    const [first, second] = [library().load('a'), library().resume('a')];
    vault.say({ kind: 'refused', ticket: 2, message: 'Another tab trains this run.' });
    vault.say({ kind: 'refused', ticket: 1, message: 'It is gone.' });
    await expect(first).rejects.toThrow('It is gone.');
    await expect(second).rejects.toThrow('Another tab trains this run.');
  });

  it('says why nothing is kept, and leaves the page alone', async () => {
    const { library, vault, told } = await visit();
    vault.say({ kind: 'unavailable', reason: 'a private window' });
    expect(library().unavailable).toBe('a private window');
    vault.crash('out of memory');
    expect(library().unavailable).toMatch(/its keeper broke down \(out of memory\)/);
    const before = told('begin').length;
    const run = newRun('x', DEFAULT_CONFIG, { kind: 'here' });
    library().begin(run, { kind: 'emoji10', test: 'unseen-style' }, 'wasm');
    expect(told('begin')).toHaveLength(before);
    await expect(library().load('a')).rejects.toThrow(/Reload the page/);
  });
});

import { beforeEach, describe, expect, it, vi } from 'vitest';
import { endedRun } from './runs.fixture.ts';
import type { Runs } from './runs.ts';
import type { ShelvedRun } from './runsShelf.ts';

const [FIRST, SECOND] = [endedRun({ seed: 1 }, 3), endedRun({ seed: 2 }, 4)] as const;
const RECORDED = { format: 'dualgate-runs', version: 1, recordedOn: 'a test', engine: 'wasm' };

/** The store as a page finds it that was just loaded. */
async function visit(): Promise<() => Runs> {
  vi.resetModules();
  const { useRuns } = await import('./runs.ts');
  return useRuns.getState;
}

const ids = (runs: readonly ShelvedRun[]) => runs.map(({ id }) => id);
const bare = ({ origin: _, ...run }: ShelvedRun) => run;

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => kept.set(key, text),
    removeItem: (key: string) => kept.delete(key),
  });
  vi.stubGlobal('document', { baseURI: 'http://localhost/' });
  vi.stubGlobal('fetch', async () => new Response('', { status: 404 }));
});

describe('useRuns', () => {
  it('keeps runs over a reload, with where they come from, each once', async () => {
    const before = await visit();
    await before().add([FIRST], 'here');
    await before().add([FIRST, SECOND], 'file');
    const after = await visit();
    await after().load();
    expect(after().own.map(({ id, origin }) => [id, origin])).toEqual([
      [FIRST.id, 'here'],
      [SECOND.id, 'file'],
    ]);
    expect(after().own[0]).toEqual({ ...FIRST, origin: 'here' });
  });

  it('brings a removed run back to its place', async () => {
    const runs = await visit();
    await runs().add([FIRST, SECOND], 'here');
    runs().remove(FIRST.id);
    expect(ids(runs().own)).toEqual([SECOND.id]);
    runs().undo();
    expect(ids(runs().own)).toEqual([FIRST.id, SECOND.id]);
    expect(runs().removed).toBeNull();
  });

  it('does not lose what another tab has added since', async () => {
    const [here, there] = [await visit(), await visit()];
    await here().load();
    await there().add([FIRST], 'here');
    await here().add([SECOND], 'here');
    expect(ids(here().own)).toEqual([FIRST.id, SECOND.id]);
  });

  it('shows recorded runs beside its own, and the ones of a file; what is no run set it refuses in words', async () => {
    const body = JSON.stringify({ ...RECORDED, runs: [bare(FIRST)] });
    vi.stubGlobal('fetch', async () => new Response(body));
    const runs = await visit();
    await runs().open(new File([runs().fileText()], 'empty.json'));
    await runs().open(new File([JSON.stringify({ ...RECORDED, runs: [bare(SECOND)] })], 'runs.json'));
    expect([ids(runs().own), ids(runs().recorded), runs().recordedOn]).toEqual([
      [SECOND.id],
      [FIRST.id],
      'a test',
    ]);
    await runs().open(new File(['{}'], 'other.json'));
    expect(runs().complaint).toMatch(/^other\.json could not be opened\. A run set must have format/);
  });

  it('says when the browser keeps nothing', async () => {
    vi.stubGlobal('localStorage', {
      getItem: () => null,
      setItem: () => {
        throw new Error('quota exceeded');
      },
    });
    const runs = await visit();
    await runs().add([FIRST], 'here');
    expect(runs().complaint).toBe('Runs will be lost with this page: quota exceeded. Save them as a file.');
    await runs().add([SECOND], 'here');
    expect(ids(runs().own)).toEqual([FIRST.id, SECOND.id]);
  });
});

import { beforeEach, describe, expect, it, vi } from 'vitest';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { curveOf } from '../../run/dial.ts';
import { inventedDial } from '../run/dial/dial.fixture.ts';
import { endedRun } from './runs.fixture.ts';
import type { Runs } from './runs.ts';
import type { ShelvedRun } from './runsShelf.ts';

const [FIRST, SECOND] = [endedRun({ seed: 1 }, 3), endedRun({ seed: 2 }, 4)] as const;
const RECORDED = { format: 'dualgate-runs', version: 1, recordedOn: 'a test', engine: 'wasm' };

/** The store of a page that was just loaded. */
async function visit(): Promise<() => Runs> {
  vi.resetModules();
  const { useRuns } = await import('./runs.ts');
  return useRuns.getState;
}

const ids = (runs: readonly ShelvedRun[]) => runs.map(({ id }) => id);
const bare = ({ origin: _, keptRuns: __, ...run }: ShelvedRun) => run;

/** What the browser has stored for the site. */
let kept: Map<string, string>;

beforeEach(() => {
  kept = new Map();
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

  it('puts the result of a run that went on in the place of its first', async () => {
    const runs = await visit();
    await runs().add([FIRST], 'here', 'a');
    await runs().add([SECOND], 'here', 'a');
    expect(ids(runs().own)).toEqual([SECOND.id]);
  });

  it('knows over a reload which kept runs came to a result, and leaves it to the one that stays', async () => {
    const before = await visit();
    await before().add([FIRST], 'here', 'a');
    await before().add([FIRST], 'here', 'b');
    const after = await visit();
    await after().load();
    expect(after().own).toEqual([{ ...FIRST, keptRuns: ['a', 'b'] }]);
    await after().add([SECOND], 'here', 'b');
    expect(after().own.map(({ id, keptRuns }) => [id, keptRuns])).toEqual([
      [FIRST.id, ['a']],
      [SECOND.id, ['b']],
    ]);
  });

  it('keeps the dial of a result, wherever the equal run comes from', async () => {
    const config = { ...DEFAULT_CONFIG, seed: 1 };
    const dial = curveOf(inventedDial(config, config.steps, [0.1, 1]));
    const runs = await visit();
    await runs().add([FIRST], 'here', 'a');
    await runs().add([{ ...FIRST, dial }], 'file');
    await runs().add([FIRST], 'here', 'b');
    const after = await visit();
    await after().load();
    expect(after().own).toEqual([{ ...FIRST, dial, keptRuns: ['a', 'b'] }]);
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

  it('makes a report of its own runs, and of the recorded ones while there are no others', async () => {
    const body = JSON.stringify({ ...RECORDED, runs: [bare(FIRST)] });
    vi.stubGlobal('fetch', async () => new Response(body));
    const runs = await visit();
    await runs().load();
    expect(await runs().report()).toMatch(
      /<dd>a test<\/dd>.*--merge public\/recorded\/\S+\.json .*--report/s,
    );
    await runs().add([SECOND], 'here');
    const own = await runs().report();
    expect(own).toMatch(/<dd>a browser<\/dd>.*--merge dualgate-runs\.json --report/s);
    expect(own).toContain(SECOND.data.name);
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

describe('a shelf that cannot be read', () => {
  const shelfOf = (...runs: unknown[]) =>
    JSON.stringify({ ...RECORDED, runs, origins: { [SECOND.id]: 'file' } });

  it('in part is read without that part, and says how much is left out', async () => {
    const broken = { ...bare(FIRST), rawPixels: 7 };
    kept.set('dualgate-runs', shelfOf(broken, bare(SECOND), 'x'));
    const runs = await visit();
    await runs().load();
    expect(runs().own).toEqual([{ ...SECOND, origin: 'file' }]);
    expect(runs().complaint).toBe('2 runs of earlier visits could not be read, and are left out.');
    await runs().add([FIRST], 'here');
    expect(ids(runs().own)).toEqual([SECOND.id, FIRST.id]);
    expect(runs().complaint).toBe('2 runs of earlier visits could not be read, and are left out.');
    const after = await visit();
    await after().load();
    expect([ids(after().own), after().complaint]).toEqual([[SECOND.id, FIRST.id], null]);
  });

  it.each([
    ['no JSON', 'hello'],
    ['of a later version', shelfOf(bare(FIRST)).replace('"version":1', '"version":2')],
    ['of runs that all do not fit', shelfOf({ ...bare(FIRST), steps: -1 })],
  ])('because it is %s stays while nothing is kept, then lies under another name', async (_, text) => {
    kept.set('dualgate-runs', text);
    kept.set('dualgate-runs-unread-1', 'of another time');
    const runs = await visit();
    await runs().load();
    expect(runs().complaint).toMatch(/^The runs of earlier visits could not be read: A run set must/);
    expect(kept.get('dualgate-runs')).toBe(text);
    await runs().add([SECOND], 'here');
    expect(runs().complaint).toMatch(/were put aside in this browser’s storage as “dualgate-runs-unread-2”/);
    expect([kept.get('dualgate-runs-unread-1'), kept.get('dualgate-runs-unread-2')]).toEqual([
      'of another time',
      text,
    ]);
    const after = await visit();
    await after().load();
    expect([ids(after().own), after().complaint]).toEqual([[SECOND.id], null]);
  });

  it('is not written over where there is no room to put it aside', async () => {
    kept.set('dualgate-runs', 'hello');
    vi.stubGlobal('localStorage', {
      ...localStorage,
      setItem: (key: string, text: string) => {
        if (key !== 'dualgate-runs') throw new Error('quota exceeded');
        kept.set(key, text);
      },
    });
    const runs = await visit();
    await runs().add([FIRST], 'here');
    expect(runs().complaint).toMatch(/^Runs will be lost with this page: quota exceeded/);
    await runs().add([SECOND], 'here');
    expect(ids(runs().own)).toEqual([FIRST.id, SECOND.id]);
    expect([...kept]).toEqual([['dualgate-runs', 'hello']]);
  });
});

describe('a run whose numbers do not fit', () => {
  it('is not added, in words, and takes no other with it', async () => {
    const branches = FIRST.branches.map((branch) => ({ ...branch, macs: Number.NaN }));
    const runs = await visit();
    await runs().add([{ ...FIRST, branches }, SECOND], 'here');
    expect(ids(runs().own)).toEqual([SECOND.id]);
    expect(runs().complaint).toMatch(/^Dual gating, t_d 0\.30, seed 1 cannot be compared.*branches\.0\.macs/);
    const after = await visit();
    await after().load();
    expect(ids(after().own)).toEqual([SECOND.id]);
  });
});

import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { scriptedWorker } from '../../link/scriptedWorker.fixture.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import type { SessionNews } from '../../run/protocol.ts';
import { TINY } from '../../session/session.fixture.ts';
import { newEntry } from '../../vault/door/entry.ts';
import type { VaultCommand } from '../../vault/door/protocol.ts';
import { ready } from '../../vault/vault.fixture.ts';
import { usePlayground } from '../playground.ts';
import { stepRow } from '../run/stepRow.fixture.ts';
import { type RunEntry, useLibrary } from './library.ts';
import { rowsOf } from './libraryRows.ts';
import { type Occupants, type RoomRow, roomRows, useRoom } from './room.ts';

const ScriptedWorker = scriptedWorker<unknown>();
const SPACE = { used: 1, quota: 2 };

beforeEach(() => {
  vi.stubGlobal('Worker', ScriptedWorker);
  vi.stubGlobal('location', { pathname: '/', search: '', hash: '' });
  vi.stubGlobal('history', { state: null, replaceState: () => {} });
  ScriptedWorker.all = ScriptedWorker.named('vault');
});

afterEach(() => {
  usePlayground.getState().abandon();
  useLibrary.setState({ entries: [], complaint: null, full: false, unkept: null });
  vi.unstubAllGlobals();
});

const vault = () => ScriptedWorker.named('vault').at(-1)!;
const session = () => ScriptedWorker.named('session').at(-1)!;

function entry(id: string, bytes: number, change: Partial<RunEntry> = {}): RunEntry {
  const fresh = newEntry({
    ...{ id, config: DEFAULT_CONFIG, engine: 'wasm', startedOn: '2026-01-01T00:00:00.000Z', name: id },
    source: { kind: 'emoji10', test: 'unseen-style' },
  });
  return { ...fresh, state: 'finished', runFile: { file: 'a', bytes }, ...change };
}

function occupants(entries: readonly RunEntry[], change: Partial<Occupants> = {}): RoomRow[] {
  const elsewhere = change.elsewhere ?? new Set<string>();
  const library = { entries, elsewhere, unkept: null };
  const rows = rowsOf({ library, own: [], recorded: [], run: null });
  return roomRows({ rows, elsewhere, unkept: null, sets: null, downloading: false, ...change });
}

const SETS = { cifar10: 3000, cifar100: 0, stl10: 0, imagenet100: 0 };

it('lists what takes room, the largest first, and nothing that takes none', () => {
  const checkpoint = { file: 'c', step: 4, bytes: 500, demanded: true, writtenOn: '' };
  const rows = occupants(
    [entry('small', 100), entry('large', 4000, { checkpoints: [checkpoint] }), entry('none', 0)],
    { sets: SETS },
  );
  expect(rows.map(({ name, bytes }) => [name, bytes])).toEqual([
    ['large', 4500],
    ['CIFAR-10', 3000],
    ['small', 100],
  ]);
  expect(rows.map(({ detail }) => detail)).toEqual([
    'finished, 0 steps, 1 checkpoint',
    'images, can be downloaded again',
    'finished, 0 steps',
  ]);
});

it('deletes no run that trains or that room is needed for, and no set while one is downloaded', () => {
  const blocked = (change: Partial<Occupants>) => occupants([entry('a', 5)], change)[0]!.blocked;
  expect(blocked({})).toBeNull();
  expect(blocked({ elsewhere: new Set(['a']) })).toBe('Another tab trains it.');
  expect(blocked({ unkept: 'a' })).toBe('It is the run that room is needed for.');
  expect(occupants([], { sets: SETS, downloading: true })[0]!.blocked).toBe('A download is under way.');
});

/** A run on the page that has said this, beside one kept run; the browser has no more room. */
function full(...news: readonly SessionNews[]): { run: string; rows: RoomRow[] } {
  usePlayground
    .getState()
    .train({ config: TINY, source: { kind: 'emoji10', test: 'unseen-style' }, engine: 'wasm' });
  const { run } = usePlayground.getState().run!;
  for (const one of [ready(), { kind: 'steps', rows: [stepRow(1)] } as const, ...news])
    session().say({ ...one, run });
  useLibrary.getState().open();
  vault().say({ kind: 'opened', entries: [entry('old', 100)], elsewhere: [], space: SPACE });
  vault().say({ kind: 'complaint', message: 'full', run, full: true });
  return { run, rows: occupants([entry('old', 100)]) };
}

const told = (kind: VaultCommand['kind']) =>
  (vault().told as VaultCommand[]).filter((command) => command.kind === kind);

it('keeps a run that waits as soon as what was chosen is gone, and not before', () => {
  const { rows } = full({ kind: 'state', state: 'paused' });
  const asked = () => (session().told as { kind: string }[]).filter(({ kind }) => kind === 'keep').length;
  const before = asked();
  useRoom.getState().free(rows);
  expect(told('delete').at(-1)).toEqual({ kind: 'delete', id: 'old' });
  expect([asked() - before, useLibrary.getState().complaint]).toEqual([0, 'full']);
  vault().say({ kind: 'gone', id: 'old', space: SPACE });
  expect([asked() - before, useLibrary.getState().complaint]).toEqual([1, null]);
  // Once is enough.
  vault().say({ kind: 'opened', entries: [], elsewhere: [], space: SPACE });
  expect(asked() - before).toBe(1);
});

it('tells the end of a run again that came when there was no room for it', () => {
  const final = {
    knn20: { gated: null, dense: null, rawPixels: null, untrained: { gated: null, dense: null } },
    ...{ ridge: null, correct: {}, imagesPerSecond: 1 },
    macs: { dense: 1, gated: null, ratio: null, reduction: null },
  };
  const { run, rows } = full(
    { kind: 'finished', final, stoppedEarly: true },
    { kind: 'state', state: 'finished' },
  );
  const ends = () => told('event').filter((one) => one.kind === 'event' && one.event.kind === 'finished');
  const before = ends().length;
  useRoom.getState().free(rows);
  vault().say({ kind: 'gone', id: 'old', space: SPACE });
  expect(ends()).toHaveLength(before + 1);
  expect(ends().at(-1)).toEqual({
    kind: 'event',
    event: { kind: 'finished', run, final, stoppedEarly: true },
  });
});

it('asks once before it deletes, and again after another choice', () => {
  const { show, choose, ask } = useRoom.getState();
  show();
  choose('a', true);
  ask(true);
  expect(useRoom.getState()).toMatchObject({ open: true, confirming: true });
  choose('b', true);
  expect([...useRoom.getState().chosen]).toEqual(['a', 'b']);
  expect(useRoom.getState().confirming).toBe(false);
  choose('a', false);
  expect([...useRoom.getState().chosen]).toEqual(['b']);
  show();
  expect(useRoom.getState().chosen.size).toBe(0);
});

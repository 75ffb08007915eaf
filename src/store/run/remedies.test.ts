import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { scriptedWorker } from '../../link/scriptedWorker.fixture.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { runFileOf } from '../../run/files/runFile.ts';
import type { EngineName, SessionNews } from '../../run/protocol.ts';
import { EMPTY_RECORD } from '../../run/record.ts';
import { tinyCheckpoint } from '../../session/checkpoint.fixture.ts';
import { TINY } from '../../session/session.fixture.ts';
import { type CheckpointEntry, newEntry } from '../../vault/door/entry.ts';
import type { VaultCommand } from '../../vault/door/protocol.ts';
import { ready } from '../../vault/vault.fixture.ts';
import { usePlayground } from '../playground.ts';
import { type RunEntry, useLibrary } from '../runs/library.ts';
import { useRoom } from '../runs/room.ts';
import { useSettings } from '../settings.ts';
import { circumstancesOf, type Remedy, remediesOf, type Trouble } from './remedies.ts';
import { stepRow } from './stepRow.fixture.ts';

const ScriptedWorker = scriptedWorker<unknown>();
const ORDER = { config: TINY, source: { kind: 'emoji10', test: 'unseen-style' }, engine: 'webgpu' } as const;

beforeEach(() => {
  vi.stubGlobal('Worker', ScriptedWorker);
  vi.stubGlobal('location', { pathname: '/', search: '', hash: '' });
  vi.stubGlobal('history', { state: null, replaceState: () => {} });
  ScriptedWorker.all = ScriptedWorker.named('vault');
  useSettings.setState({ config: { ...DEFAULT_CONFIG, seed: 1 }, engine: 'webgpu' });
});

afterEach(() => {
  usePlayground.getState().abandon();
  useLibrary.setState({ entries: [], complaint: null, full: false });
  vi.unstubAllGlobals();
});

const session = () => ScriptedWorker.named('session').at(-1)!;
const vault = () => ScriptedWorker.named('vault').at(-1)!;
const page = () => usePlayground.getState();

/** A run on the page whose session has told this much. */
function begun(engine: EngineName, ...news: readonly SessionNews[]): string {
  page().train(ORDER);
  const { run } = page().run!;
  const first = ready();
  if (first.kind !== 'ready') throw new Error('remedies: the fixture must be ready');
  const opened = { ...first.ready, engine: { ...first.ready.engine!, name: engine } };
  for (const one of [{ kind: 'ready', ready: opened } as const, ...news]) session().say({ ...one, run });
  return run;
}

function stepsOf(last: number): SessionNews {
  return { kind: 'steps', rows: Array.from({ length: last }, (_, i) => stepRow(i + 1)) };
}

function keepAt(run: string, step: number): void {
  session().say({ kind: 'checkpoint', run, demanded: false, checkpoint: tinyCheckpoint(step) });
}

function failed(reason: Exclude<Trouble, 'full'>): SessionNews {
  return { kind: 'failed', reason, message: 'It broke.', advice: '' };
}

/** The run in the list of kept runs, with checkpoints of these steps. */
function keptRun(id: string, ...steps: readonly number[]): RunEntry {
  const checkpoints = steps.map(
    (step): CheckpointEntry => ({
      ...{ file: `${step}`, step, bytes: 1, demanded: false },
      writtenOn: '2026-01-01T00:00:00.000Z',
    }),
  );
  const fresh = newEntry({ ...ORDER, id, startedOn: '2026-01-01T00:00:00.000Z' });
  return { ...fresh, name: 'Mine', state: 'failed', checkpoints };
}

const possible = (trouble: Trouble) =>
  remediesOf(trouble, circumstancesOf(page().run, useLibrary.getState().entries));
const labels = (trouble: Trouble) => possible(trouble).map(({ label }) => label);
const press = (trouble: Trouble, remedy: Remedy) =>
  possible(trouble)
    .find((each) => each.remedy === remedy)!
    .act();

describe('a run that diverged', () => {
  it('goes on from its last checkpoint at half its rate, as a new run that tells its origin', async () => {
    const run = begun('wasm', stepsOf(5));
    keepAt(run, 4);
    session().say({ ...failed('diverged'), run });
    useLibrary.setState({ entries: [keptRun(run)] });
    expect(labels('diverged')).toEqual([
      'Back to the last checkpoint (step 4) at half the rate',
      'Export now',
    ]);
    await press('diverged', 'backAtHalfRate');
    const { run: next, order } = page();
    expect(next!.run).not.toBe(run);
    expect(next!.record.steps.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
    const config = { ...TINY, learningRate: TINY.learningRate / 2 };
    expect(order).toEqual({ ...ORDER, config, engine: 'wasm' });
    expect(session().told[0]).toMatchObject({ kind: 'start', config, engine: 'wasm', from: { step: 4 } });
    expect(next!.log.at(-1)?.text).toBe(
      `Back to step 4 of “Mine”, which diverged after step 5. From here on: peak learning rate ${config.learningRate} instead of ${TINY.learningRate}.`,
    );
    const told = vault().told as VaultCommand[];
    expect(told.findLast(({ kind }) => kind === 'begin')).toMatchObject({
      run: {
        name: `Mine, from step 4 at rate ${config.learningRate}`,
        note: expect.stringMatching(/^Back to step 4/),
      },
    });
  });

  it('goes back behind a checkpoint of its very last step, whose loss no rate would change', async () => {
    const run = begun('wasm', stepsOf(8));
    keepAt(run, 8);
    session().say({ ...failed('diverged'), run });
    expect(labels('diverged')).toEqual(['Export now']);
    useLibrary.setState({ entries: [keptRun(run, 8, 4)] });
    const going = press('diverged', 'backAtHalfRate');
    const asked = (vault().told as VaultCommand[]).findLast(({ kind }) => kind === 'fork');
    expect(asked).toMatchObject({ id: run, step: 4 });
    if (asked?.kind !== 'fork') throw new Error('remedies: no checkpoint was asked for');
    const { engine, source } = ORDER;
    const file = runFileOf(TINY, { ...EMPTY_RECORD, ready: page().run!.record.ready });
    vault().say({
      ...{ kind: 'resumable', ticket: asked.ticket },
      run: {
        ...{ id: run, config: TINY, engine, source, fingerprint: null, imagesKept: false, warnings: [] },
        ...{ file, checkpoint: tinyCheckpoint(4) },
      },
    });
    await going;
    expect(session().told[0]).toMatchObject({ from: { step: 4 } });
  });

  it('cannot go below the least rate', () => {
    const run = begun('wasm', stepsOf(5));
    keepAt(run, 4);
    usePlayground.setState({ run: { ...page().run!, config: { ...TINY, learningRate: 0.0001 } } });
    expect(labels('diverged')).toEqual(['Export now']);
  });
});

describe('a run whose engine cannot be used', () => {
  it('is trained on WASM instead, and so is the next one', async () => {
    page().train(ORDER);
    session().say({ ...failed('engine'), run: page().run!.run });
    expect(labels('engine')).toEqual(['Train on WASM instead']);
    await press('engine', 'trainOnWasm');
    expect(session().told[0]).toMatchObject({ kind: 'start', config: TINY, engine: 'wasm' });
    expect(useSettings.getState().engine).toBe('wasm');
    expect(page().budgetHeld).toBe(true);
  });

  it('goes on there from its newest checkpoint', async () => {
    const run = begun('webgpu', stepsOf(5));
    keepAt(run, 4);
    session().say({ ...failed('internal'), run });
    expect(labels('internal')).toEqual(['Train on WASM instead, from step 4', 'Export now']);
    await press('internal', 'trainOnWasm');
    expect(session().told[0]).toMatchObject({ engine: 'wasm', from: { step: 4 } });
    expect(page().run!.log.at(-1)?.text).toMatch(/^Goes on from step 4 of .* on WASM instead of webgpu\.$/);
  });

  it('is not offered WASM when that is what failed', () => {
    begun('wasm', failed('engine'));
    expect(labels('engine')).toEqual([]);
  });
});

describe('other troubles', () => {
  it('offer the rest of the images only where that is possible', () => {
    begun('wasm', failed('data'));
    expect(labels('data')).toEqual([]);
    begun('wasm', { kind: 'failed', reason: 'data', message: '', advice: '', canUseRest: true });
    expect(labels('data')).toEqual(['Use the rest']);
  });

  it('free room where it is shown what takes how much', () => {
    useLibrary.setState({ complaint: 'full', full: true });
    expect(labels('full')).toEqual(['Free room']);
    void press('full', 'freeRoom');
    expect(useRoom.getState().open).toBe(true);
    // The complaint stays until there is room again.
    expect(useLibrary.getState().complaint).toBe('full');
  });
});

import { beforeEach, describe, expect, it, vi } from 'vitest';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { newEntry } from '../../vault/door/entry.ts';
import { useLibrary } from './library.ts';
import { removeRun, undoRemoval } from './removal.ts';
import { endedRun } from './runs.fixture.ts';
import { useRuns } from './runs.ts';

const entry = (id: string, day: number) =>
  newEntry({
    ...{ id, config: DEFAULT_CONFIG, engine: 'wasm', startedOn: `2026-01-0${day}T00:00:00.000Z` },
    source: { kind: 'emoji10', test: 'unseen-style' },
  });
const [RUN, REPEATED] = [entry('a', 1), entry('b', 2)];
const RESULT = endedRun({ seed: 1 }, 3);

/** The list of runs, and the table of runs with the kept runs behind each result. */
const shelves = () => [
  useLibrary.getState().entries.map(({ id }) => id),
  useRuns.getState().own.map(({ keptRuns }) => keptRuns),
];

beforeEach(async () => {
  vi.stubGlobal('document', { baseURI: 'http://localhost/' });
  vi.stubGlobal('fetch', async () => new Response('', { status: 404 }));
  useRuns.setState({ own: [] });
  useLibrary.setState({ entries: [RUN, REPEATED], removed: null });
  await useRuns.getState().add([RESULT], 'here', 'a');
});

describe('removing a run', () => {
  it('takes its result with it, and brings both back', async () => {
    removeRun({ entry: RUN, shelved: useRuns.getState().own[0]! });
    expect(shelves()).toEqual([['b'], []]);
    undoRemoval();
    await vi.waitFor(() => expect(shelves()).toEqual([['a', 'b'], [['a']]]));
  });

  it('leaves the result to a run that came to it as well', async () => {
    await useRuns.getState().add([RESULT], 'here', 'b');
    removeRun({ entry: RUN, shelved: useRuns.getState().own[0]! });
    expect(shelves()).toEqual([['b'], [['a', 'b']]]);
  });

  it('takes a result whose kept run was deleted long ago', async () => {
    useLibrary.setState({ entries: [REPEATED] });
    removeRun({ entry: null, shelved: useRuns.getState().own[0]! });
    expect(shelves()).toEqual([['b'], []]);
    undoRemoval();
    expect(shelves()).toEqual([['b'], [['a']]]);
  });
});

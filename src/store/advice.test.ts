import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, vi } from 'vitest';
import { type AdviceRow, testAdvice } from '../advice.fixture.ts';
import { WHOLE } from '../data/formats/files.ts';
import type { Order } from '../exchange/door/protocol.ts';
import { scriptedWorker } from '../link/scriptedWorker.fixture.ts';
import { checkpointOf, continuableOf } from '../run/checkpoint/runCheckpoint.ts';
import { type RunFile, runFileOf } from '../run/files/runFile.ts';
import type { SessionEvent } from '../run/protocol.ts';
import { EMPTY_RECORD, type RunRecord } from '../run/record.ts';
import { parseRunSet } from '../run/sets/runSetFile.ts';
import { tinyCheckpoint } from '../session/checkpoint.fixture.ts';
import { noiseData, TINY } from '../session/session.fixture.ts';
import type { FilesSummary } from '../vault/door/entry.ts';
import type { ResumableRun } from '../vault/door/protocol.ts';
import { entry, many } from './data/walkEntries.fixture.ts';
import { walkEntries } from './data/walkEntries.ts';
import { usePlayground } from './playground.ts';
import { useRecorded } from './recorded/recorded.ts';
import { continueRun } from './run/continueRun.ts';
import { stepRow } from './run/stepRow.fixture.ts';
import { useLibrary } from './runs/library.ts';
import { useOverlay } from './runs/overlay.ts';
import { forkRun, resumeRun } from './runs/resume.ts';
import { endedRun } from './runs/runs.fixture.ts';
import { useRuns } from './runs/runs.ts';
import { type DataSource, useSettings } from './settings.ts';

// What each text of the page's stores advises, done.

// Its worker is not there in Node; it does no more than this.
vi.mock('./exchanges.ts', async (original) => ({
  ...(await original<object>()),
  exchanged: (_: string, order: Extract<Order, { kind: 'checkpoint' }>) => checkpointOf(order.ask),
}));

const chosen: DataSource = {
  ...{ kind: 'files', ...WHOLE, test: [] },
  train: [{ path: '1.png', file: new File([], '1.png') }],
};
const nothing: DataSource = { ...chosen, train: [] };
const choose = (source: DataSource) => useSettings.setState({ source });

beforeEach(() => {
  vi.stubGlobal('Worker', scriptedWorker<SessionEvent>());
  choose(nothing);
});
afterEach(() => {
  usePlayground.getState().abandon();
  vi.unstubAllGlobals();
});

const emoji10 = { kind: 'emoji10', test: 'unseen-style' } as const;
const fileOf = async (source: RunFile['source'] | DataSource, step: number | null): Promise<RunFile> => {
  const checkpoint = step === null ? null : tinyCheckpoint(step);
  const input = noiseData().train.size;
  const continuable = await continuableOf({ config: TINY, input, source: source ?? emoji10, checkpoint });
  return { ...runFileOf(TINY, EMPTY_RECORD, continuable), ...(source === null && { source }) };
};
/** Goes on with the run of a file; it must then be on the page. */
const goOn = (source: RunFile['source'] | DataSource, step: number | null, steps: number) => async () => {
  await continueRun(await fileOf(source, step), steps);
  await vi.waitFor(() => expect(usePlayground.getState().run?.config.steps).toBe(steps));
};

const CONTINUED: readonly AdviceRow[] = [
  [
    'a run file without a checkpoint',
    goOn(emoji10, null, 9),
    /can only be looked at\. To go on, export it with one: .*, or with --checkpoint on the command line\.$/,
    goOn(emoji10, 3, 9),
  ],
  [
    'no more steps than there are',
    goOn(emoji10, 3, 3),
    /must have more steps than the 3 that its checkpoint was made after, got 3\.$/,
    goOn(emoji10, 3, 4),
  ],
  [
    'a run file that does not name its images',
    goOn(null, 3, 9),
    /^Choose at least one training file\.$/,
    async () => {
      choose(chosen);
      await goOn(null, 3, 9)();
    },
  ],
  [
    'a run of files that are not chosen',
    goOn(chosen, 3, 9),
    /trained on files that no run file carries\. Choose them in the Data panel, then continue\.$/,
    async () => {
      choose(chosen);
      await goOn(chosen, 3, 9)();
    },
  ],
];

/** Takes a kept run of files from the library, without a copy of its images. */
const kept = (work: () => Promise<void>) => async () => {
  const file = await fileOf(chosen, 3);
  const source: FilesSummary = { ...{ kind: 'files', ...WHOLE }, count: 1, first: ['1.png'], key: 'a' };
  const run: ResumableRun = {
    ...{ id: 'a', config: TINY, engine: 'wasm', fingerprint: 'ab', imagesKept: false },
    ...{ source, file, checkpoint: tinyCheckpoint(3), warnings: [] },
  };
  useLibrary.setState({ resume: async () => run, fork: async () => run, leave: () => {} });
  await work();
  expect(usePlayground.getState().run?.config).toEqual(TINY);
};
const NO_COPY =
  /No copy of this run’s images is kept\. Choose its files again in the Data panel, then resume it: 1\.png\.$/;
const RESUMED = (
  [
    ['a kept run whose images are not', () => resumeRun('a')],
    ['a kept run to begin another with', () => forkRun({ id: 'a', name: 'A' }, 3)],
  ] as const
).map(
  ([fault, work]): AdviceRow => [
    fault,
    kept(work),
    NO_COPY,
    async () => {
      choose(chosen);
      await kept(work)();
    },
  ],
);

const overlaid = (id: string, record: RunRecord) => async () => {
  useOverlay.getState().clear();
  await useOverlay.getState().toggle(id, id, async () => ({ config: TINY, record }));
  const { complaint, runs } = useOverlay.getState();
  if (complaint !== null) throw new Error(complaint);
  expect(runs).toHaveLength(1);
};

async function keepRun(): Promise<void> {
  await useRuns.getState().add([endedRun({ seed: 1 }, 3)], 'here', null);
  const { complaint } = useRuns.getState();
  if (complaint !== null) throw new Error(complaint);
}

/** Opens a recorded run on a site that has it, or answers with an error. */
const replayed = (isThere: boolean) => async () => {
  vi.stubGlobal('document', { baseURI: 'http://localhost/' });
  vi.stubGlobal('fetch', async ({ pathname }: URL) => {
    const file = new URL(`../../public${pathname}`, import.meta.url);
    return isThere ? new Response(new Uint8Array(await readFile(file))) : new Response('', { status: 503 });
  });
  await useRecorded.getState().open('vicreg');
  const { complaint } = useRecorded.getState();
  if (complaint !== null) throw new Error(complaint);
  expect(usePlayground.getState().run?.config.system).toBe('vicreg');
};

const SHOWN: readonly AdviceRow[] = [
  [
    'a recorded run that the site does not give',
    replayed(false),
    /vicreg\.run\.json\.gz is not on this site \(HTTP 503\)\. Try again later\.$/,
    replayed(true),
  ],
  [
    'a run without curves',
    overlaid('a', EMPTY_RECORD),
    /has no step and no evaluation\. Choose another run\.$/,
    overlaid('b', { ...EMPTY_RECORD, steps: [stepRow(1)] }),
  ],
  [
    'a browser that keeps nothing',
    keepRun,
    /lost with this page: this browser keeps nothing for this site\. Save them as a file\.$/,
    () => expect(parseRunSet(useRuns.getState().fileText()).runs).toHaveLength(1),
  ],
];

const walk = (dropped: FileSystemEntry) => async () => {
  const { files } = await walkEntries([dropped], new AbortController().signal, () => {}, 100);
  expect(files.length).toBeGreaterThan(0);
};
const locked = {
  ...entry('locked', {}),
  createReader: () => ({
    readEntries: (_: unknown, fail: (fault: Error) => void) => fail(new Error('not allowed')),
  }),
} as Partial<FileSystemDirectoryEntry> as FileSystemEntry;

const DROPPED: readonly AdviceRow[] = [
  [
    'a folder that may not be read',
    walk(locked),
    /Check that it is still there and may be read, then drop it again\.$/,
    walk(entry('locked', many(3))),
  ],
  [
    'a folder with too many files',
    walk(entry('disk', { a: many(60), b: many(60) })),
    /expected at most 100, .* Choose a folder further down\.$/,
    walk(entry('a', many(60))),
  ],
];

describe('the advice of texts about runs that go on', () => testAdvice([...CONTINUED, ...RESUMED]));
describe('the advice of texts about what is shown', () => testAdvice([...SHOWN, ...DROPPED]));

import { describe, expect } from 'vitest';
import { type AdviceRow, testAdvice } from '../advice.fixture.ts';
import { checkpointBytes } from '../run/checkpoint/checkpointFile.ts';
import { parseRunFile } from '../run/files/runFile.ts';
import { EMPTY_RECORD } from '../run/record.ts';
import { tinyCheckpoint } from '../session/checkpoint.fixture.ts';
import { noiseData, TINY } from '../session/session.fixture.ts';
import { attachmentOf } from './attachment.ts';
import { Browser, CHECKPOINT, FAILED, RUN } from './browser.fixture.ts';
import { newEntry } from './door/entry.ts';
import { NoRoom, noRoomWords } from './noRoom.ts';
import type { Vault } from './vault.ts';

// What each text about kept runs advises, done.

const SMALL = { ...RUN, config: TINY };
const ENTRY = newEntry(SMALL);
const INPUT = noiseData().train.size;
const packed = (attachment: string) =>
  checkpointBytes({ config: TINY, input: INPUT, checkpoint: tinyCheckpoint(3), attachment });
const whole = packed(attachmentOf(ENTRY, EMPTY_RECORD, 3));

interface Kept {
  readonly browser: Browser;
  /** The tab that trained the run. */
  readonly vault: Vault;
}

/** A browser in which a tab has begun a run, with a checkpoint of step 3. */
async function kept(checkpoint: Promise<Uint8Array<ArrayBuffer>> | null = whole): Promise<Kept> {
  const browser = new Browser();
  const vault = browser.tab('first');
  await vault.begin(SMALL);
  const bytes = await checkpoint;
  if (bytes === null) return { browser, vault };
  browser.files.set('a/3.checkpoint', bytes);
  browser.entries.set('a', { ...ENTRY, checkpoints: [CHECKPOINT] });
  return { browser, vault };
}

/** A row about one browser, which is made once for what fails and what is done then. */
function row(
  fault: string,
  made: () => Promise<Kept>,
  provoke: (kept: Kept) => Promise<unknown>,
  says: RegExp,
  follow: (kept: Kept) => Promise<unknown>,
): AdviceRow {
  let standing: Kept;
  const begin = async () => {
    standing = await made();
    await provoke(standing);
  };
  return [fault, begin, says, () => follow(standing)];
}

/** A new run with the settings of the old one. */
const again = async ({ browser, vault }: Kept) => {
  const { config, engine, source } = browser.entries.get('a')!;
  await vault.begin({ ...{ id: 'b', config, engine, source }, startedOn: RUN.startedOn });
  expect(browser.entries.get('b')?.config).toEqual(config);
};
const AGAIN = 'Begin again with “Duplicate its settings”\\.$';
const ended = async (made: Promise<Kept>) => {
  const { browser, vault } = await made;
  await vault.hear(FAILED);
  vault.leave('a');
  return { browser, vault };
};
const unreadable = (attachment: string, words: string) =>
  row(
    `a checkpoint beside which the run ${words}`,
    () => kept(packed(attachment)),
    ({ vault }) => vault.resume('a'),
    new RegExp(`None of this run’s checkpoints can be read\\. .*${words}.* ${AGAIN}`),
    again,
  );

const VAULT: readonly AdviceRow[] = [
  row(
    'a run whose file is damaged',
    () => ended(kept(null)),
    async ({ browser, vault }) => {
      browser.files.clear();
      await vault.load('a');
    },
    new RegExp(`^The file of this run cannot be read: no such file\\. ${AGAIN}`),
    again,
  ),
  row(
    'a run without a checkpoint',
    () => ended(kept(null)),
    ({ vault }) => vault.resume('a'),
    new RegExp(`no checkpoint to go on from\\. ${AGAIN}`),
    again,
  ),
  row(
    'a run that had not come to its first checkpoint',
    async () => {
      const { browser, vault } = await kept(null);
      vault.leave('a');
      return { browser, vault };
    },
    ({ vault }) => vault.load('a'),
    new RegExp(`had not come to its first checkpoint\\. ${AGAIN}`),
    again,
  ),
  unreadable('{', 'must be JSON, and is not\\.'),
  unreadable('{"id": 1}', 'does not fit\\.'),
  unreadable(attachmentOf({ ...ENTRY, id: 'other' }, EMPTY_RECORD, 3), 'is of another run'),
  row(
    'a run that another tab trains, to go on with',
    kept,
    ({ browser }) => browser.tab('second').resume('a'),
    /^Another tab trains this run: go on there\.$/,
    ({ vault }) => vault.resume('a'),
  ),
  row(
    'a run that another tab trains, to delete',
    kept,
    ({ browser }) => browser.tab('second').delete('a'),
    /^Another tab trains this run: end it there first\.$/,
    async ({ browser, vault }) => {
      vault.leave('a');
      await browser.tab('second').delete('a');
    },
  ),
  row(
    'a checkpoint that is not kept any more',
    kept,
    ({ vault }) => vault.fork('a', 9),
    /no checkpoint of step 9 any more; kept: 3\. Choose one of these, or begin again with “Duplicate its settings”\.$/,
    ({ vault }) => vault.fork('a', 3),
  ),
  (() => {
    let saved = '';
    return row(
      'a run that another tab has deleted',
      () => ended(kept()),
      async ({ browser, vault }) => {
        saved = JSON.stringify(await vault.file('a'));
        await browser.tab('second').delete('a');
        await vault.load('a');
      },
      /another tab may have deleted it\. Open its run file, if you saved it\.$/,
      async () => void parseRunFile(saved),
    );
  })(),
];

/** What a page says when there is no room. */
async function inWords(work: Promise<unknown>): Promise<void> {
  const fault = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(fault instanceof NoRoom)) throw fault;
  throw new Error(noRoomWords('This run', fault.needed, null), { cause: fault });
}

const full = (fault: string, checkpoints: readonly (typeof CHECKPOINT)[]) =>
  row(
    fault,
    async () => {
      const { browser, vault } = await kept(null);
      browser.entries.set('a', { ...ENTRY, checkpoints });
      browser.entries.set('old', newEntry({ ...SMALL, id: 'old' }));
      return { browser, vault };
    },
    ({ browser, vault }) => {
      browser.isFull = true;
      return inWords(vault.hear(FAILED));
    },
    /could not be kept: .* Delete kept runs in the list of runs, or make room on the disk; or save the run file before you leave\.$/,
    async ({ browser, vault }) => {
      await vault.delete('old');
      browser.isFull = false;
      await vault.hear(FAILED);
      vault.leave('a');
      expect((await vault.load('a')).config).toEqual(TINY);
    },
  );

describe('the advice of texts about kept runs', () =>
  testAdvice([
    ...VAULT,
    full('no room', []),
    full('no room without older checkpoints either', [
      CHECKPOINT,
      { ...CHECKPOINT, file: '2.checkpoint', step: 2 },
    ]),
  ]));

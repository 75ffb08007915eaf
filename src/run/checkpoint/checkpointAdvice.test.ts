import { describe } from 'vitest';
import { type AdviceRow, testAdvice } from '../../advice.fixture.ts';
import { toBase64 } from '../../network/weights.ts';
import { TINY } from '../../session/session.fixture.ts';
import { runFileOf } from '../files/runFile.ts';
import { EMPTY_RECORD } from '../record.ts';
import { FORGED, forged, standing } from './checkpointFile.fixture.ts';
import { checkpointBytes } from './checkpointFile.ts';
import { checkpointOf } from './runCheckpoint.ts';

// What each text about a checkpoint advises, done: all are read by who goes on with a run file.

const RUN = runFileOf(TINY, EMPTY_RECORD);
const goOn = (bytes: Uint8Array<ArrayBuffer>, config = TINY) =>
  checkpointOf({ config, checkpoint: toBase64(bytes) });
const made = checkpointBytes(standing(TINY));
const whole = async () => (await made).slice();

type Change = (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>;
const changed = (change: Change) => async () => goOn(change(await whole()));
const withRows = (change: (rows: Uint32Array) => void) => async () => {
  const { batches } = standing(TINY).checkpoint;
  const rows = batches.rows.slice();
  change(rows);
  return goOn(await checkpointBytes(standing(TINY, { batches: { ...batches, rows } })));
};

const READ: readonly (readonly [string, () => unknown, string])[] = [
  ['no checkpoint', changed(() => new TextEncoder().encode('{"format":"dualgate-run"}')), 'must begin with'],
  ['another version', changed((bytes) => bytes.fill(7, 4, 5)), 'of version 7; .* Open it with the page that'],
  [
    'a header that is too long',
    changed((bytes) => bytes.fill(255, 8, 12)),
    'header must have a multiple of 4',
  ],
  ['a byte more', changed((bytes) => Uint8Array.from([...bytes, 0])), 'its checksum is not'],
  ['other settings', async () => goOn(await whole(), { ...TINY, seed: 10 }), 'of the run’s own settings'],
  ['an image twice', withRows((rows) => rows.copyWithin(3, 4, 5)), 'name each of 32 once'],
  [
    'weights that are no numbers',
    async () => {
      const { engine } = standing(TINY).checkpoint;
      engine.momenta.get('projector.6.bias')![2] = Number.NaN;
      return goOn(await checkpointBytes(standing(TINY, { engine })));
    },
    'must be finite numbers',
  ],
  ...FORGED.map(
    ([fault, change, words]) =>
      [fault, async () => goOn(await forged(await whole(), change)), words.source] as const,
  ),
];

describe('the advice of texts about checkpoints', () =>
  testAdvice(
    READ.map(
      ([fault, provoke, words]): AdviceRow => [
        fault,
        provoke,
        new RegExp(
          `^The checkpoint in this run file cannot be gone on from\\. .*${words}.* Choose a file that was not changed\\.$`,
        ),
        async () => goOn(await whole(), RUN.config),
      ],
    ),
  ));

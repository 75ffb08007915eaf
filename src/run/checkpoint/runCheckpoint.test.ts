import { beforeAll, describe, expect, it } from 'vitest';
import { noiseData, RecordedSession, TINY } from '../../session/session.fixture.ts';
import { eventsOf, parseRunFile, type RunFile, RunFileError, runFileOf } from '../files/runFile.ts';
import { addToRecord, EMPTY_RECORD, type RunRecord, rewound } from '../record.ts';
import { checkpointOf, continuableOf } from './runCheckpoint.ts';

const source = { kind: 'emoji10', test: 'same-styles' } as const;

/** The record after a session's events, added to what was known before. */
function recordOf(session: RecordedSession, known: RunRecord = EMPTY_RECORD): RunRecord {
  return session.messages.reduce<RunRecord>((record, event) => {
    if (event.kind === 'rewound') return rewound(record, event.step);
    if (event.kind === 'interrupted' || event.kind === 'checkpoint') return record;
    return addToRecord(record, event);
  }, known);
}

/** A run that was written to its file and read again. */
async function throughFile(session: RecordedSession): Promise<RunFile> {
  const { checkpoint } = session;
  const continuable = await continuableOf({ config: TINY, input: 12, source, checkpoint });
  return parseRunFile(JSON.stringify(runFileOf(TINY, recordOf(session), continuable)));
}

const told = (file: RunFile) => eventsOf(file, 'test').reduce(addToRecord, EMPTY_RECORD);

describe('a run that is continued from its file', () => {
  let unstopped: RecordedSession;
  let broken: RecordedSession;
  beforeAll(async () => {
    unstopped = await new RecordedSession().whole(TINY);
    broken = await new RecordedSession({ breaksAt: ['step', 5] }).whole(TINY);
  });

  it('is the run that was never stopped', async () => {
    const straight = recordOf(unstopped);
    const file = await throughFile(broken);
    expect(file.source).toEqual(source);
    const checkpoint = await checkpointOf(file);
    expect(checkpoint?.step).toBe(4);
    const second = await new RecordedSession().whole(file.config, checkpoint!);
    const record = recordOf(second, told(file));
    expect(second.of('failed')).toEqual([]);
    const timeless = ({ steps }: RunRecord) => steps.map(({ ms, ...row }) => row);
    expect(timeless(record)).toEqual(timeless(straight));
    expect(record.epochs).toEqual(straight.epochs);
    expect(record.weights).toEqual(straight.weights);
    expect(record.final?.knn20).toEqual(straight.final?.knn20);
  });

  it('makes more steps than it was planned for, annealed over all of them', async () => {
    const file = await throughFile(unstopped);
    const checkpoint = await checkpointOf(file);
    expect(checkpoint?.step).toBe(6);
    const longer = await new RecordedSession().whole({ ...file.config, steps: 9 }, checkpoint!);
    const steps = recordOf(longer, told(file)).steps;
    expect(steps.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    // The seventh of nine steps has a higher rate than the last of six.
    expect(steps[6]!.lr).toBeGreaterThan(steps[5]!.lr);
    expect(steps.map(({ loss }) => Number.isFinite(loss))).not.toContain(false);
  });

  it('is refused other images, as far as their number tells', async () => {
    const file = await throughFile(broken);
    const checkpoint = await checkpointOf(file);
    const session = await new RecordedSession({ data: noiseData(40) }).whole(TINY, checkpoint!);
    expect(session.of('failed')[0]?.message).toContain('must have 32 training images, got 40');
  });
});

describe('the checkpoint of a run file', () => {
  it('is none where the file has none, and the names of the user’s files stay out of it', async () => {
    const nothing = parseRunFile(JSON.stringify(runFileOf(TINY, EMPTY_RECORD)));
    expect([nothing.source, await checkpointOf(nothing)]).toEqual([null, null]);
    const files = [{ path: 'secret/me.png', file: new File(['x'], 'me.png') }];
    const own = {
      kind: 'files',
      side: 64,
      limits: { train: 5, test: null },
      train: files,
      test: [],
    } as const;
    const begun = await continuableOf({ config: TINY, input: 12, source: own, checkpoint: null });
    const text = JSON.stringify(runFileOf(TINY, EMPTY_RECORD, begun));
    expect(text).not.toContain('me.png');
    const { train: _, test: __, ...sampling } = own;
    expect(parseRunFile(text).source).toEqual(sampling);
    const asked = await continuableOf({
      ...{ config: TINY, input: 12, checkpoint: null },
      source: { ...own, layout: 'splits', useTheRest: true },
    });
    expect(parseRunFile(JSON.stringify(runFileOf(TINY, EMPTY_RECORD, asked))).source).toEqual({
      ...sampling,
      layout: 'splits',
      useTheRest: true,
    });
  });

  it('is refused when it is damaged, or of another run', async () => {
    const file = await throughFile(await new RecordedSession({ breaksAt: ['step', 1] }).whole(TINY));
    const text = file.checkpoint!;
    const at = Math.floor(text.length / 2);
    const damaged = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
    for (const [changed, reason] of [
      [{ ...file, checkpoint: damaged }, /cannot be gone on from.*checksum/],
      [{ ...file, checkpoint: text.slice(0, 4000) }, /cannot be gone on from/],
      [{ ...file, checkpoint: 'ö' }, /cannot be gone on from/],
      [{ ...file, checkpoint: '' }, /must begin with/],
      [{ ...file, config: { ...file.config, seed: 10 } }, /of the run’s own settings/],
    ] as const) {
      await expect(checkpointOf(changed)).rejects.toThrow(RunFileError);
      await expect(checkpointOf(changed)).rejects.toThrow(reason);
    }
  });

  it('may come with a source that another version wrote', () => {
    const json = JSON.parse(JSON.stringify(runFileOf(TINY, EMPTY_RECORD)));
    expect(parseRunFile(JSON.stringify({ ...json, source: { kind: 'moon' } })).source).toBeNull();
  });
});

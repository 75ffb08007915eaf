import { beforeAll, describe, expect, it } from 'vitest';
import type { RunConfig } from '../config.ts';
import type { Checkpoint } from '../run/checkpoint/checkpoint.ts';
import { parseRunFile, runFileOf } from '../run/files/runFile.ts';
import { addToRecord, EMPTY_RECORD, type RunRecord, rewound } from '../run/record.ts';
import { type Conditions, type EngineCall, RecordedSession, TINY } from './session.fixture.ts';

/** The record that the page holds after several sessions of the same run. */
function recordOf(...sessions: readonly RecordedSession[]): RunRecord {
  return sessions
    .flatMap(({ messages }) => messages)
    .reduce<RunRecord>((record, event) => {
      if (event.kind === 'rewound') return rewound(record, event.step);
      if (event.kind === 'interrupted' || event.kind === 'checkpoint') return record;
      return addToRecord(record, event);
    }, EMPTY_RECORD);
}

/** A record without its times. */
function timeless({ steps, final, ...rest }: RunRecord) {
  const { imagesPerSecond, ...result } = final!;
  return { ...rest, steps: steps.map(({ ms, ...row }) => row), final: result };
}

/** Runs to the end. Each loss of the engine ends a session, and another session follows. */
async function run(losses: readonly EngineCall[], conditions: Conditions = {}, config: RunConfig = TINY) {
  const sessions: RecordedSession[] = [];
  let from: Checkpoint | undefined;
  for (const breaksAt of [...losses, undefined]) {
    const session = new RecordedSession({ ...conditions, ...(breaksAt ? { breaksAt } : {}) });
    await session.whole(config, from);
    sessions.push(session);
    if (breaksAt) {
      expect(session.messages.at(-1)).toMatchObject({ kind: 'interrupted' });
      from = session.checkpoint;
    }
  }
  return sessions;
}

// TINY has four steps an epoch and six in all. An evaluation encodes twice for each branch, and once more to
// check that the engine still answers. The first evaluation, after the raw pixels, is therefore calls 0–5,
// the one after the epoch is calls 6–10, and the last one is calls 11–15.
const LOSSES: readonly (readonly [what: string, loss: EngineCall, from: number])[] = [
  ['before the floors are known', ['encode', 2], 0],
  ['after the first evaluation, before its result counts', ['encode', 5], 0],
  ['in the first step', ['step', 0], 0],
  ['in the middle of an epoch', ['step', 2], 0],
  ['in an evaluation', ['encode', 8], 4],
  ['after an evaluation, before its result counts', ['encode', 10], 4],
  ['in the first step after an epoch', ['step', 4], 4],
  ['when the epoch’s checkpoint is taken', ['state', 2], 0],
  ['in the last evaluation', ['encode', 12], 6],
  ['when the weights are exported', ['state', 4], 6],
];

describe('a run whose engine is lost', () => {
  /** The record of the run that was never interrupted. */
  let straight: ReturnType<typeof timeless>;
  beforeAll(async () => {
    straight = timeless(recordOf(await new RecordedSession().whole(TINY)));
  });

  it.each(LOSSES)('%s is the run that was never interrupted', async (_, loss, from) => {
    const [lost, restored] = await run([loss]);
    expect(lost!.checkpoint.step).toBe(from);
    expect(lost!.of('failed')).toEqual([]);
    expect(restored!.of('failed')).toEqual([]);
    const record = recordOf(lost!, restored!);
    expect(timeless(record)).toEqual(straight);
    const file = JSON.stringify(runFileOf(TINY, record));
    expect(parseRunFile(file).steps).toEqual(record.steps);
  });

  it('goes on in the middle of an epoch where a checkpoint was taken there', async () => {
    const sessions = await run(
      [
        ['step', 3],
        ['step', 2],
      ],
      { checkpointMs: 0 },
    );
    expect(sessions.map(({ checkpoint }) => checkpoint.step)).toEqual([3, 5, 6]);
    expect(sessions.map(({ rows }) => rows.map(({ step }) => step))).toEqual([[1, 2, 3], [4, 5], [6]]);
    expect(timeless(recordOf(...sessions))).toEqual(straight);
  });

  it('trains on as ever after its checkpoints were given away', async () => {
    const [plain] = await run([]);
    const [kept] = await run([], { checkpointMs: 0 });
    expect(kept!.rows).toEqual(plain!.rows);
    const steps = kept!.messages.flatMap((event) =>
      event.kind === 'checkpoint' ? [event.checkpoint.step] : [],
    );
    expect(steps).toEqual([0, 0, 1, 2, 3, 4, 5, 6]);
  });

  it('says what was lost and when, then nothing more; then from where it goes on', async () => {
    const [lost, restored] = await run([['step', 5]]);
    expect(lost!.messages.at(-1)).toEqual({
      ...{ kind: 'interrupted', run: 'test', step: 5 },
      reason: 'The device was lost (a test).',
    });
    expect(lost!.of('state').at(-1)!.state).toBe('interrupted');
    const told = restored!.messages.map(({ kind }) => kind).filter((kind) => kind !== 'progress');
    expect(told.slice(0, 4)).toEqual(['state', 'state', 'ready', 'rewound']);
    expect(restored!.messages).toContainEqual({ kind: 'rewound', run: 'test', step: 4, budget: 0.3 });
    expect(restored!.of('floors')).toEqual([]);
    expect(restored!.of('state').map(({ state }) => state)).toEqual([
      'loading',
      'compiling',
      'evaluating',
      'training',
      'evaluating',
      'finished',
    ] as const);
  });

  it('fails where nobody keeps checkpoints', async () => {
    const session = await new RecordedSession({ alone: true, breaksAt: ['step', 1] }).whole(TINY);
    expect(session.of('failed')[0]).toMatchObject({
      reason: 'engine',
      message: 'The device was lost (a test).',
    });
    expect(session.of('failed')[0]!.advice).toContain('another engine');
    expect(session.of('failed')).toHaveLength(1);
  });
});

describe('what the user asked while a run was interrupted', () => {
  async function interrupted() {
    const session = new RecordedSession({ breaksAt: ['step', 4] });
    await session.whole(TINY);
    return session;
  }

  it('holds: a pause before the first step that is made again', async () => {
    const lost = await interrupted();
    const restored = new RecordedSession();
    const paused = restored.state('paused');
    restored.start(TINY, true, lost.checkpoint);
    await paused;
    expect(restored.rows).toEqual([]);
  });

  it('holds: a budget is in force from the checkpoint on, and is marked there', async () => {
    const lost = await interrupted();
    const restored = new RecordedSession();
    const finished = restored.state('finished');
    restored.start(TINY, false, lost.checkpoint);
    restored.send({ kind: 'setBudget', budget: 0.7 });
    await finished;
    const record = recordOf(lost, restored);
    expect(record.budgets).toEqual([{ step: 4, budget: 0.7 }]);
    expect(record.steps.map(({ budget }) => budget)).toEqual([0.3, 0.3, 0.3, 0.3, 0.7, 0.7]);
  });

  it('holds: an end is an end at the checkpoint, evaluated', async () => {
    const lost = await interrupted();
    const restored = new RecordedSession();
    const finished = restored.state('finished');
    restored.start(TINY, false, lost.checkpoint);
    restored.send({ kind: 'stop' });
    await finished;
    const record = recordOf(lost, restored);
    expect(record.stoppedEarly).toBe(true);
    expect(record.steps).toHaveLength(4);
    expect(record.epochs.map(({ step }) => step)).toEqual([4]);
    expect(record.final!.knn20).toMatchObject(record.epochs[0]!.knn20);
  });
});

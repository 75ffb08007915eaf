import { describe, expect, it } from 'vitest';
import { checkpointBytes, readCheckpoint } from '../run/checkpoint/checkpointFile.ts';
import { noiseData, RecordedSession, TINY } from './session.fixture.ts';

const DATA = { ...noiseData(), fingerprint: 'ab'.repeat(32) };

/** The checkpoints that a session has sent: the step of each, and whether it was asked for. */
function sent({ messages }: RecordedSession) {
  return messages.flatMap((event) =>
    event.kind === 'checkpoint' ? [[event.checkpoint.step, event.demanded] as const] : [],
  );
}

describe('a checkpoint that is asked for', () => {
  it('is of right now, also where the newest is of this very step', async () => {
    const session = new RecordedSession();
    const paused = session.state('paused');
    session.start(TINY, true);
    await paused;
    const again = session.state('paused');
    session.send({ kind: 'step' });
    await again;
    session.send({ kind: 'keep', demanded: true });
    session.send({ kind: 'keep', demanded: true });
    const finished = session.state('finished');
    session.send({ kind: 'resume' });
    await finished;
    expect(sent(session).filter(([, demanded]) => demanded)).toEqual([
      [1, true],
      [1, true],
    ]);
  });
});

describe('a run that goes on from a file', () => {
  it.each(['lars', 'sgd'] as const)('is the run that it would have been: %s', async (optimizer) => {
    const config = { ...TINY, optimizer };
    const straight = await new RecordedSession({ data: DATA }).whole(config);
    const bytes = await checkpointBytes({
      ...{ config, input: DATA.train.size, attachment: '' },
      checkpoint: straight.messages.flatMap((event) =>
        event.kind === 'checkpoint' && event.checkpoint.step === 4 ? [event.checkpoint] : [],
      )[0]!,
    });
    const { checkpoint } = await readCheckpoint(bytes);
    expect(checkpoint.images).toBe(DATA.fingerprint);
    const resumed = await new RecordedSession({ data: DATA }).whole(config, checkpoint);
    expect(resumed.rows).toEqual(straight.rows.slice(4));
    expect(resumed.of('weights').at(-1)!.weights).toEqual(straight.of('weights').at(-1)!.weights);
  });

  it('is refused other images than it was trained on, in words', async () => {
    const straight = await new RecordedSession({ data: DATA }).whole(TINY);
    const other = { ...DATA, fingerprint: 'cd'.repeat(32) };
    const resumed = await new RecordedSession({ data: other }).whole(TINY, straight.checkpoint);
    expect(resumed.of('failed')).toMatchObject([
      {
        reason: 'data',
        message: expect.stringMatching(/^These are other images than the run was trained on/),
      },
    ]);
    expect(resumed.rows).toEqual([]);
  });
});

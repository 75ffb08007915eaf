import { describe, expect, it } from 'vitest';
import { noiseData, RecordedSession, TINY } from './session.fixture.ts';

// Runs whose first epoch takes the images part by part. This starts no program, but trains ten runs: too
// long for `npm run check`.

const plain = noiseData();
const parts = { ...plain, train: { ...plain.train, part: 12 } };
const config = { ...TINY, system: 'vicreg' } as const;

describe('the order of a run', () => {
  it('is told with the run, and is another one than that of a set without parts', async () => {
    const first = await new RecordedSession({ data: parts }).whole(config);
    const again = await new RecordedSession({ data: parts }).whole(config);
    const other = await new RecordedSession({ data: plain }).whole(config);
    expect(again.rows).toEqual(first.rows);
    expect(other.rows[0]).not.toEqual(first.rows[0]);
    expect([first, other].map((run) => run.of('ready')[0]!.ready.data.part)).toEqual([12, undefined]);
  });

  it('stays what it was when the run goes on, in the middle of the first epoch too', async () => {
    const straight = await new RecordedSession({ data: parts }).whole(config);
    for (const before of [0, 2]) {
      const lost = new RecordedSession({ data: parts, breaksAt: ['step', before], checkpointMs: 0 });
      const { checkpoint } = await lost.whole(config);
      expect([checkpoint.step, checkpoint.batches.part]).toEqual([before, 12]);
      const restored = await new RecordedSession({ data: parts }).whole(config, checkpoint);
      expect(restored.rows).toEqual(straight.rows.slice(before));
      expect(restored.of('weights')).toEqual(straight.of('weights'));
    }
  });

  it('is that of earlier versions where a checkpoint of theirs goes on', async () => {
    const straight = await new RecordedSession({ data: plain }).whole(config);
    const lost = await new RecordedSession({ data: plain, breaksAt: ['step', 0] }).whole(config);
    const { checkpoint } = lost;
    expect([checkpoint.step, checkpoint.batches.rows.length]).toEqual([0, 0]);
    expect('part' in checkpoint.batches).toBe(false);
    const restored = await new RecordedSession({ data: parts }).whole(config, checkpoint);
    expect(restored.rows).toEqual(straight.rows);
    expect(restored.of('epoch')).toEqual(straight.of('epoch'));
    expect(restored.of('ready')[0]!.ready.data.part).toBeUndefined();
  });
});

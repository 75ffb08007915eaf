import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cases } from '../../fuzz.fixture.ts';
import { tinyCheckpoint } from '../../session/checkpoint.fixture.ts';
import { TINY } from '../../session/session.fixture.ts';
import { CheckpointError, checkpointBytes, readCheckpoint } from './checkpointFile.ts';

it('a checkpoint as bytes is refused when it was cut or changed anywhere', async () => {
  const bytes = await checkpointBytes({
    ...{ config: TINY, input: 12, attachment: 'π, 中文, 🙂' },
    checkpoint: { ...tinyCheckpoint(1), images: 'ab12' },
  });
  expect((await readCheckpoint(bytes)).checkpoint.step).toBe(1);
  const places = fc.nat(bytes.length - 1);
  await fc.assert(
    fc.asyncProperty(places, fc.integer({ min: 1, max: 255 }), async (at, by) => {
      const changed = bytes.slice();
      changed[at]! ^= by;
      await expect(readCheckpoint(changed)).rejects.toThrow(CheckpointError);
      await expect(readCheckpoint(bytes.slice(0, at))).rejects.toThrow(CheckpointError);
    }),
    { numRuns: cases(300) },
  );
});

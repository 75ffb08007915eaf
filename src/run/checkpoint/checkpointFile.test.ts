import { describe, expect, it } from 'vitest';
import { Batches } from '../../session/course/batches.ts';
import { noiseData, TINY } from '../../session/session.fixture.ts';
import { FORGED, forged, standing } from './checkpointFile.fixture.ts';
import { CheckpointError, checkpointBytes, readCheckpoint } from './checkpointFile.ts';

const { train } = noiseData();

describe('a checkpoint as bytes', () => {
  it.each([
    ['dual gating', TINY],
    ['plain VICReg', { ...TINY, system: 'vicreg' }],
    ['slimmable', { ...TINY, system: 'slimmable', slimForm: 'slimclr', width: 8 }],
  ] as const)('comes back with every number as it was: %s', async (_, config) => {
    const file = standing(config);
    expect(await readCheckpoint(await checkpointBytes(file))).toEqual(file);
  });

  it('comes back from before the first draw, and from views of larger buffers', async () => {
    const { config, checkpoint } = standing(TINY);
    const first = new Batches(config, train).position();
    const flat = new Float32Array(9);
    const [name] = [...checkpoint.engine.buffers].find(([, values]) => values.length === 4)!;
    flat.set([1, 2, 3, 4], 3);
    const buffers = new Map(checkpoint.engine.buffers).set(name, flat.subarray(3, 7));
    const file = standing(TINY, {
      ...{ step: 0, floors: null, batches: first },
      engine: { ...checkpoint.engine, buffers },
    });
    const again = await readCheckpoint(await checkpointBytes(file));
    expect([...again.checkpoint.engine.buffers.get(name)!]).toEqual([1, 2, 3, 4]);
    expect(again.checkpoint.batches).toEqual(first);
    expect(again.checkpoint.floors).toBeNull();
  });

  it('keeps the parts of its first epoch', async () => {
    const batches = new Batches(TINY, { ...train, part: 12 }).position();
    const file = standing(TINY, { batches });
    expect((await readCheckpoint(await checkpointBytes(file))).checkpoint.batches).toEqual(batches);
    expect(batches.part).toBe(12);
  });

  it('refuses what was added', async () => {
    const bytes = await checkpointBytes(standing(TINY));
    const longer = new Uint8Array(bytes.length + 1);
    longer.set(bytes);
    await expect(readCheckpoint(longer)).rejects.toThrow(/checksum/);
  });

  it('names another kind and another version', async () => {
    await expect(readCheckpoint(new TextEncoder().encode('{"format":"dualgate-run"}'))).rejects.toThrow(
      /must begin with “DGCP” and have 44 bytes or more; this file of 25 bytes does not/,
    );
    const bytes = await checkpointBytes(standing(TINY));
    bytes[4] = 7;
    await expect(readCheckpoint(bytes)).rejects.toThrow(/version 7; this page reads version 1/);
  });

  it.each(FORGED)('refuses a forged header: %s', async (_, change, words) => {
    const bytes = await checkpointBytes(standing(TINY));
    const made = await forged(bytes, change);
    await expect(readCheckpoint(made)).rejects.toThrow(words);
    await expect(readCheckpoint(made)).rejects.toThrow(CheckpointError);
  });

  it('refuses an order of images that names one twice, and weights that are no numbers', async () => {
    const { checkpoint } = standing(TINY);
    const rows = checkpoint.batches.rows.slice();
    rows[3] = rows[4]!;
    const twice = standing(TINY, { batches: { ...checkpoint.batches, rows } });
    await expect(readCheckpoint(await checkpointBytes(twice))).rejects.toThrow(/name each of 32 once/);
    checkpoint.engine.momenta.get('projector.6.bias')![2] = Number.NaN;
    const broken = standing(TINY, { engine: checkpoint.engine });
    await expect(readCheckpoint(await checkpointBytes(broken))).rejects.toThrow(
      /momenta of projector\.6\.bias must be finite/,
    );
  });
});

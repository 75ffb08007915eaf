import { constants, gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { eachSeed } from '../../../fuzz.fixture.ts';
import { stream } from '../../../random.ts';
import { mutate } from '../mutate.fixture.ts';
import { DAMAGED, gzipText as text } from './gunzip.fixture.ts';
import { gunzip } from './gunzip.ts';
import { PackingError } from './inflate.ts';

/** Unpacks a file that comes in pieces of some bytes. */
async function unpack(bytes: Uint8Array, piece = 65_536): Promise<Buffer> {
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
  }
  const parts: Buffer[] = [];
  for await (const part of gunzip(pieces())) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}

const { Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE, Z_FILTERED, Z_DEFAULT_STRATEGY } = constants;

describe('a gzip is unpacked as zlib does it', () => {
  it.each([0, 1, 6, 9])('at level %i, with every strategy, in pieces of any size', async (level) => {
    for (const strategy of [Z_DEFAULT_STRATEGY, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE, Z_FILTERED]) {
      for (const length of [0, 1, 300, 70_000]) {
        const packed = gzipSync(text(length), { level, strategy });
        for (const piece of [length > 1000 ? 997 : 1, 65_536]) {
          expect((await unpack(packed, piece)).equals(text(length))).toBe(true);
        }
      }
    }
  });

  it('with one byte repeated, and with more than its window and its buffer hold', async () => {
    for (const bytes of [Buffer.alloc(1_000_000, 7), Buffer.alloc(400_000, text(32_768, 3))]) {
      expect((await unpack(gzipSync(bytes))).equals(bytes)).toBe(true);
    }
  });

  it('with members after each other, an empty one among them, and zeros after the last', async () => {
    const members = [text(500), Buffer.alloc(0), text(40_000, 5)];
    const file = Buffer.concat([...members.map((bytes) => gzipSync(bytes)), Buffer.alloc(1000)]);
    for (const piece of [1, 10, 512, 65_536]) {
      expect((await unpack(file, piece)).equals(Buffer.concat(members))).toBe(true);
    }
  });

  it('with an extra field, a name, a comment and a checksum in its header', async () => {
    const plain = gzipSync(text(100));
    const header = Buffer.from([...plain.subarray(0, 3), 2 + 4 + 8 + 16, ...plain.subarray(4, 10)]);
    const fields = Buffer.concat([
      Buffer.from([3, 0, 1, 2, 3]),
      Buffer.from('a.tar\0by hand\0'),
      Buffer.from([9, 9]),
    ]);
    const file = Buffer.concat([header, fields, plain.subarray(10)]);
    for (const piece of [1, 65_536]) expect((await unpack(file, piece)).equals(text(100))).toBe(true);
  });
});

describe('refused is a gzip', () => {
  it.each(DAMAGED)('%s', async (_, bytes, words) => {
    for (const piece of [bytes.length > 100_000 ? 997 : 1, 65_536]) {
      await expect(unpack(bytes, piece)).rejects.toThrow(words);
      await expect(unpack(bytes, piece)).rejects.toBeInstanceOf(PackingError);
    }
  });

  it('that is cut anywhere', async () => {
    for (const [level, strategy] of [
      [0, Z_DEFAULT_STRATEGY],
      [9, Z_FIXED],
      [9, Z_DEFAULT_STRATEGY],
    ] as const) {
      const whole = gzipSync(text(400), { level, strategy });
      for (let end = 10; end < whole.length; end++)
        await expect(unpack(whole.subarray(0, end))).rejects.toThrow('the end of the file');
    }
  });

  it('that zlib refuses, however it is damaged', async () => {
    await eachSeed(
      2000,
      async (seed) => {
        const bytes = mutate(
          gzipSync(text(600, 1 + (seed % 9)), { level: seed % 10 }),
          stream(seed, 'order'),
        );
        let expected: Buffer | null = null;
        try {
          expected = gunzipSync(bytes);
        } catch {}
        const got = await unpack(bytes, 100).catch((fault: unknown) => {
          if (fault instanceof PackingError) return null;
          throw fault;
        });
        // zlib takes other bytes after the end, and undefined flags, without a word.
        if (got !== null || expected === null) expect(got).toEqual(expected);
      },
      'gzip',
    );
  });
});

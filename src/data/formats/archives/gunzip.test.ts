import { constants, gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { eachSeed } from '../../../fuzz.fixture.ts';
import { stream } from '../../../random.ts';
import { mutate } from '../mutate.fixture.ts';
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

const text = (length: number, seed = 1) =>
  Buffer.from(Array.from({ length }, (_, i) => (i * i * seed + (i >> 4)) % 61));
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

/** A number as Deflate writes it: its lowest bit first. */
const field = (value: number, bits: number) => [...value.toString(2).padStart(bits, '0')].reverse().join('');

/** A gzip whose packed bytes are these bits, in the order in which they are read. */
function gzipOfBits(...bits: readonly string[]): Uint8Array {
  const all = bits.join('');
  const bytes = Array.from({ length: Math.ceil(all.length / 8) }, (_, i) =>
    Number.parseInt([...all.slice(8 * i, 8 * i + 8).padEnd(8, '0')].reverse().join(''), 2),
  );
  return Uint8Array.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, ...bytes, ...new Array<number>(8).fill(0)]);
}

/** Begins the last block, with codes of its own. @param counts of literals above 257, of distances above 1 */
const ownCodes = (counts: readonly [number, number], ...orders: readonly number[]) =>
  [
    ...['1', field(2, 2), field(counts[0], 5), field(counts[1], 5), field(orders.length - 4, 4)],
    ...orders.map((length) => field(length, 3)),
  ].join('');
/**
 * The order of the codes' lengths has two symbols: a length of 1 as the bit 0, and a run of zeros as the bit
 * 1.
 */
const ONES_AND_ZEROS = [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
const zeros = (count: number) => `1${field(count - 11, 7)}`;
const FIXED = `1${field(1, 2)}`;

describe('refused is a gzip', () => {
  const good = gzipSync(text(5000));
  it.each<[string, Uint8Array, string]>([
    ['that is cut in its bytes', good.subarray(0, good.length >> 1), 'the end of the file'],
    ['that is cut in its checksum', good.subarray(0, -3), 'the end of the file'],
    ['whose second member is cut', Buffer.concat([good, good.subarray(0, 5)]), 'the end of the file'],
    ['with another checksum', Buffer.concat([good.subarray(0, -8), Buffer.alloc(8)]), 'checksum'],
    ['with other bytes after it', Buffer.concat([good, Buffer.from('rest')]), 'bytes after its end'],
    ['with other bytes after zeros', Buffer.concat([good, Buffer.from('\0\0rest')]), 'bytes after its end'],
    ['with another size', Buffer.concat([good.subarray(0, -4), Buffer.alloc(4)]), 'another number of bytes'],
    [
      'with a name that does not end',
      Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3]), Buffer.alloc(1 << 18, 97)]),
      'a header without an end',
    ],
    ['with a block of an unknown type', gzipOfBits('1', field(3, 2)), 'a block of an unknown type'],
    ['with plain bytes of a wrong length', gzipOfBits('1', field(0, 2)), 'a length that is wrong'],
    ['with 288 literals', gzipOfBits(ownCodes([31, 0], 0, 0, 0, 0)), 'more codes than there are'],
    ['with codes that overlap', gzipOfBits(ownCodes([0, 0], 1, 1, 1, 1)), 'codes that overlap'],
    ['with codes that lack some', gzipOfBits(ownCodes([0, 0], 1, 0, 0, 0)), 'codes that are not complete'],
    ['that repeats nothing', gzipOfBits(ownCodes([0, 0], 1, 1, 0, 0), '0'), 'a repetition of nothing'],
    [
      'with lengths beyond its codes',
      gzipOfBits(ownCodes([0, 0], 0, 0, 1, 1), zeros(138), zeros(138)),
      'more codes than there are',
    ],
    [
      'whose block cannot end',
      gzipOfBits(ownCodes([0, 0], 0, 0, 1, 1), zeros(138), zeros(120)),
      'a block without an end',
    ],
    [
      'with a literal that has no code',
      gzipOfBits(ownCodes([0, 0], ...ONES_AND_ZEROS), zeros(138), zeros(118), '0', '0', '1'),
      'a code that is not defined',
    ],
    [
      'with a distance that has no code',
      gzipOfBits(ownCodes([1, 0], ...ONES_AND_ZEROS), zeros(138), zeros(118), '00', '0', '1', '1'),
      'a code that is not defined',
    ],
    ['with length 286', gzipOfBits(FIXED, '11000110'), 'a length that is not defined'],
    ['with distance 30', gzipOfBits(FIXED, '0000001', '11110'), 'a distance that is not defined'],
    ['that copies what is not there', gzipOfBits(FIXED, '0000001', '00000'), 'a distance beyond the start'],
    ['packed by another method', Buffer.from([0x1f, 0x8b, 7, ...good.subarray(3)]), 'method 7'],
  ])('%s', async (_, bytes, words) => {
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

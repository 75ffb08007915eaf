import { gzipSync } from 'node:zlib';
import { picture, tar } from '../../../../datasets/inputs/pack.ts';

// Gzips that are damaged, written bit by bit from the format's description.

export const gzipText = (length: number, seed = 1) =>
  Buffer.from(Array.from({ length }, (_, i) => (i * i * seed + (i >> 4)) % 61));

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

const good = gzipSync(tar([{ path: 'dog/1.png', bytes: picture(1, 40) }]));

/** What is wrong with a gzip, its bytes, and the words of its refusal. */
export const DAMAGED: readonly (readonly [fault: string, bytes: Uint8Array, words: string])[] = [
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
  [
    'that is cut between a length and its distance',
    gzipOfBits(FIXED, ...new Array<string>(6).fill('110010000'), '0000001').subarray(0, -8),
    'the end of the file',
  ],
];

import { expect, it, vi } from 'vitest';
import { DataError } from '../../images/dataset.ts';
import { unpackSnappy } from './snappy.ts';

const text = (words: string) => [...new TextEncoder().encode(words)];

it('unpacks literals, and copies that overlap what they write', () => {
  // 4 letters, then a copy of 7 from 3 bytes back, then a copy of 6 from 11 back in the two-byte form.
  const packed = [17, 3 << 2, ...text('abcd'), ((7 - 4) << 2) | 1, 3, ((6 - 1) << 2) | 2, 11, 0];
  expect(new TextDecoder().decode(unpackSnappy(Uint8Array.from(packed), 17))).toBe('abcdbcdbcdbabcdbc');
});

it('reads the length of a long literal from the bytes behind its tag', () => {
  const letters = text('0123456789'.repeat(30));
  for (const [tag, size] of [
    [61, [43, 1]],
    [62, [43, 1, 0]],
    [63, [43, 1, 0, 0]],
  ] as const) {
    const packed = [172, 2, tag << 2, ...size, ...letters];
    expect([...unpackSnappy(Uint8Array.from(packed), 300)]).toEqual(letters);
  }
});

it('does not take a lack of memory for a damaged block', () => {
  const packed = Uint8Array.from([2, 1 << 2, 7, 9]);
  vi.stubGlobal('Uint8Array', () => {
    throw new RangeError('Array buffer allocation failed');
  });
  try {
    expect(() => unpackSnappy(packed, 2)).toThrow(DataError);
  } finally {
    vi.unstubAllGlobals();
  }
});

it.each<[string, number[], number]>([
  ['a size that its page does not say', [3, 2 << 2, 1, 2, 3], 4],
  ['more than a block can hold', [0xff, 0xff, 0xff, 0x7f, 0, 1], 268_435_455],
  ['a literal beyond the block', [5, 4 << 2, 1, 2], 5],
  [
    'a literal of 4 GB, which another reader takes for a negative one',
    [5, 63 << 2, 250, 255, 255, 255, 0],
    5,
  ],
  ['a literal whose length is cut off', [5, 62 << 2, 1], 5],
  ['a copy from before the block', [5, 0, 7, 1, 9], 5],
  ['a copy from nowhere', [5, 0, 7, 1, 0], 5],
  ['a copy beyond the size', [3, 0, 7, (7 << 2) | 1, 1], 3],
  ['a block that ends early', [5, 0, 7], 5],
  ['no block at all', [], 0],
])('refuses %s', (_, packed, size) => {
  expect(() => unpackSnappy(Uint8Array.from(packed), size)).toThrow(RangeError);
});

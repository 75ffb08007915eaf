import { expect, it } from 'vitest';
import { checkStruct } from './thriftGuard.ts';

const check = (...bytes: number[]) => checkStruct(Uint8Array.from(bytes), 0);

it('gives the offset behind a struct of every kind of field', () => {
  // true, byte, i32, i64, double, text, a list of two bytes, a struct, and the stop; then one byte that
  // belongs to none.
  const fields = [
    ...[0x11, 0x13, 7, 0x15, 0x96, 1, 0x16, 2, 0x17, 0, 0, 0, 0, 0, 0, 0, 0],
    ...[0x18, 2, 65, 66, 0x19, 0x23, 1, 2, 0x1c, 0x11, 0, 0],
  ];
  expect(check(...fields, 99)).toBe(fields.length);
});

it.each<[string, number[], RegExp]>([
  ['a struct without an end', [0x11], /behind the last byte/],
  ['a text longer than what is left', [0x18, 200, 1, 65, 0], /claims 200 bytes where 2 are left/],
  [
    'a list of 30 million elements, which a parser would make first',
    [0x19, 0xf3, 0x80, 0x87, 0xa7, 0x0e, 0],
    /claim 30000000 elements/,
  ],
  [
    'lists that claim the same bytes again and again',
    new Array(200).fill([0x19, 0xf9, 150, 1]).flat(),
    /elements in|deep/,
  ],
  ['a number that never ends', [0x16, ...new Array(1000).fill(0xff)], /more than 10 bytes/],
  ['structs in structs in structs', new Array(1000).fill(0x1c), /24 deep/],
  ['a map, which parquet has none of', [0x1b, 0, 0], /type 11/],
])('refuses %s', (_, bytes, words) => {
  expect(() => check(...bytes)).toThrow(words);
  expect(() => check(...bytes)).toThrow(RangeError);
});

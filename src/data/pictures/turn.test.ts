import { expect, it } from 'vitest';
import type { Orientation } from './exif.ts';
import { turned } from './turn.ts';

/** One letter a pixel, in each of its four bytes. */
const picture = (...rows: string[]) => ({
  width: rows[0]!.length,
  height: rows.length,
  pixels: Uint8Array.from([...rows.join('')].flatMap((letter) => new Array(4).fill(letter.charCodeAt(0)))),
});

it.each<[Orientation, string[]]>([
  [1, ['abc', 'def']],
  [2, ['cba', 'fed']],
  [3, ['fed', 'cba']],
  [4, ['def', 'abc']],
  [5, ['ad', 'be', 'cf']],
  [6, ['da', 'eb', 'fc']],
  [7, ['fc', 'eb', 'da']],
  [8, ['cf', 'be', 'ad']],
])('turns a picture of the orientation %i upright', (orientation, rows) => {
  expect(turned(picture('abc', 'def'), orientation)).toEqual(picture(...rows));
});

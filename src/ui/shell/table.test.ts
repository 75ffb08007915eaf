import { expect, it } from 'vitest';
import { type Cell, csv } from './table.ts';

it('a table becomes CSV with a head line, empty fields for missing numbers, and quotes where needed', () => {
  const rows: Cell[][] = [
    [0, 0.25],
    [1, null],
    [2, Number.NaN],
    ['say "three"', 1],
  ];
  const text = csv({
    caption: 'k-NN',
    columns: ['epoch', 'accuracy, gated'],
    length: rows.length,
    row: (i) => rows[i]!,
  });
  expect(text.split('\r\n')).toEqual([
    'epoch,"accuracy, gated"',
    '0,0.25',
    '1,',
    '2,',
    '"say ""three""",1',
    '',
  ]);
});

import { expect, it } from 'vitest';
import { csv, type Table } from '../shell/table.ts';
import { withOverlaid } from './overlaidTable.ts';

const table = (columns: string[], rows: (number | null)[][]): Table => ({
  ...{ caption: 'Losses.', columns, length: rows.length },
  row: (i) => rows[i]!,
});

const own = table(
  ['step', 'loss'],
  [
    [1, 9],
    [2, 8],
  ],
);

it('is the run’s own table while nothing lies over it', () => {
  expect(withOverlaid(own, [])).toBe(own);
  expect(withOverlaid(undefined, [])).toBeUndefined();
});

it('has the runs one below the other, each with its own rows and columns', () => {
  const other = table(
    ['step', 'terms', 'loss'],
    [
      [1, 0.5, 7],
      [2, null, 6],
      [3, 0.25, 5],
    ],
  );
  const joined = withOverlaid(own, [
    { name: 'B, seed 2', table: other },
    { name: 'C', table: table(['step'], []) },
  ]);
  expect(csv(joined!).split('\r\n')).toEqual([
    ...['run,step,loss,terms', 'this run,1,9,', 'this run,2,8,'],
    ...['"B, seed 2",1,7,0.5', '"B, seed 2",2,6,', '"B, seed 2",3,5,0.25', ''],
  ]);
  expect(joined!.length).toBe(5);
});

it('shows overlaid runs alone when there is no run on the page', () => {
  const joined = withOverlaid(undefined, [{ name: 'B', table: own }]);
  expect(joined!.row(1)).toEqual(['B', 2, 8]);
});

import { count, figure } from './format.ts';
import { HeadRow } from './HeadRow.tsx';
import { ScrollRegion } from './ScrollRegion.tsx';
import type { Cell, Table } from './table.ts';

/** Number of rows that are drawn. A CSV file has all rows. */
const SHOWN = 200;

/** The numbers of a figure as a table. A long table shows only its last rows. */
export function TableView({ table }: { readonly table: Table }) {
  const { caption, columns, length, row } = table;
  const first = Math.max(0, length - SHOWN);
  const shown = Array.from({ length: length - first }, (_, i) => row(first + i));
  return (
    <ScrollRegion className="table-view" label={caption}>
      <table>
        <caption>
          {caption}
          {first > 0 ? ` The last ${SHOWN} of ${count(length)} rows; the CSV file has all.` : ''}
        </caption>
        <HeadRow columns={columns} />
        <tbody>
          {shown.map((cells, r) => (
            <tr key={first + r}>
              {cells.map((cell, c) => (
                <td key={columns[c]}>{textOf(cell)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function textOf(cell: Cell): string {
  if (typeof cell !== 'number') return cell ?? '–';
  return Number.isInteger(cell) ? count(cell) : figure(cell);
}

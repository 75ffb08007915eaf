import { count, figure } from './format.ts';
import type { Table } from './table.ts';

/** Rows that are drawn; a CSV file has all. */
const SHOWN = 200;

/** The numbers of a figure to read: the last rows of a long table. */
export function TableView({ table }: { readonly table: Table }) {
  const { caption, columns, rows } = table;
  const shown = rows.slice(-SHOWN);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className="table-view" tabIndex={0} aria-label={caption}>
      <table>
        <caption>
          {caption}
          {shown.length < rows.length
            ? ` The last ${SHOWN} of ${rows.length} rows; the CSV file has all.`
            : ''}
        </caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row, r) => (
            <tr key={r}>
              {row.map((cell, c) => (
                <td key={columns[c]}>{textOf(cell)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function textOf(cell: string | number | null): string {
  if (typeof cell !== 'number') return cell ?? '–';
  return Number.isInteger(cell) ? count(cell) : figure(cell);
}

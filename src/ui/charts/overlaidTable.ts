import type { Cell, Table } from '../shell/table.ts';

/** The table of a run that is laid over a chart. */
export interface RunTable {
  readonly name: string;
  readonly table: Table;
}

/** The name of the run on the page among other runs. */
const THIS_RUN = 'this run';

/**
 * The numbers behind a chart with all its runs, one run below the other, because each run has its own steps.
 * A run that lacks a column has no number there. If no run is laid over the chart, the table is returned
 * unchanged; if there is no table, the result is undefined.
 */
export function withOverlaid(own: Table | undefined, overlaid: readonly RunTable[]): Table | undefined {
  if (overlaid.length === 0) return own;
  const parts = [...(own ? [{ name: THIS_RUN, table: own }] : []), ...overlaid];
  const columns = [...new Set(parts.flatMap(({ table }) => table.columns))];
  const ends: number[] = [];
  for (const { table } of parts) ends.push((ends.at(-1) ?? 0) + table.length);
  return {
    caption: `${parts[0]!.table.caption} By run.`,
    columns: ['run', ...columns],
    length: ends.at(-1)!,
    row: (i) => {
      const part = ends.findIndex((end) => i < end);
      const { name, table } = parts[part]!;
      const cells = table.row(i - (part === 0 ? 0 : ends[part - 1]!));
      const of = new Map<string, Cell>(table.columns.map((column, c) => [column, cells[c] ?? null]));
      return [name, ...columns.map((column) => of.get(column) ?? null)];
    },
  };
}

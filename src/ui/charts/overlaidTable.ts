import type { Cell, Table } from '../shell/table.ts';

/** The table of a run that is laid over a chart. */
export interface RunTable {
  readonly name: string;
  readonly table: Table;
}

/** What the run on the page is called among others. */
const THIS_RUN = 'this run';

/**
 * The numbers behind a chart with all its runs, one below the other: runs have steps of their own. A run without one
 * of the columns has no number there. The table as it is where no run is laid over it; undefined where there is none.
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

/** The numbers behind a figure. A row is made only when it is read, because a long run has very many. */
export interface Table {
  /** What it shows, and with which units. */
  readonly caption: string;
  readonly columns: readonly string[];
  readonly length: number;
  row(index: number): readonly Cell[];
}

export type Cell = string | number | null;

/**
 * A table as CSV by RFC 4180, with a header line. A number that is missing or not finite is an empty field.
 */
export function csv({ columns, length, row }: Table): string {
  const lines = [columns.map(field).join(',')];
  for (let i = 0; i < length; i++) lines.push(row(i).map(field).join(','));
  return lines.join('\r\n').concat('\r\n');
}

function field(value: Cell): string {
  if (value === null || (typeof value === 'number' && !Number.isFinite(value))) return '';
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

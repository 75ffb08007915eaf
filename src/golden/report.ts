import type { GoldenRow } from './registry.ts';

/**
 * The output of `npm run golden -- DIR --json FILE`. JSON has no infinity, so worstError is null for a check
 * that could not be made.
 */
export interface GoldenReport {
  readonly directory: string;
  readonly rows: readonly GoldenRow[];
  /** Number of rows that passed. */
  readonly passed: number;
  readonly failed: number;
}

/** Counts the rows. */
export function reportOf(directory: string, rows: readonly GoldenRow[]): GoldenReport {
  const passed = rows.filter((row) => row.passed).length;
  return { directory, rows, passed, failed: rows.length - passed };
}

const CHECK_COLUMNS = 84;

export const TABLE_HEAD = line('check', 'engine', 'worst error', 'tolerance', 'verdict');

/** A row of the table. If it failed, the reason is on the line below. */
export function tableLine({ check, engine, worstError, tolerance, passed, detail }: GoldenRow): string {
  const written = line(check, engine, number(worstError), number(tolerance), passed ? 'pass' : 'FAIL');
  return passed || detail === undefined ? written : `${written}\n  ${detail.replaceAll('\n', '\n  ')}`;
}

function line(check: string, engine: string, worst: string, tolerance: string, verdict: string): string {
  return [
    check.padEnd(CHECK_COLUMNS),
    engine.padEnd(12),
    worst.padStart(11),
    tolerance.padStart(11),
    `  ${verdict}`,
  ].join('');
}

function number(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return Number.isFinite(value) ? value.toExponential(1) : '–';
}

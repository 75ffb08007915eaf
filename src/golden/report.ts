import type { GoldenRow } from './registry.ts';

/** An engine, or a build of one, that is not on this machine. */
export interface NotChecked {
  readonly engine: string;
  readonly build?: 'fused' | 'plain';
  readonly reason: string;
}

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
  /** What was asked for and is not on this machine. It does not count as failed. */
  readonly notChecked: readonly NotChecked[];
}

/** Counts the rows. */
export function reportOf(
  directory: string,
  rows: readonly GoldenRow[],
  notChecked: readonly NotChecked[],
): GoldenReport {
  const passed = rows.filter((row) => row.passed).length;
  return { directory, rows, passed, failed: rows.length - passed, notChecked };
}

const CHECK_COLUMNS = 84;
const ENGINE_COLUMNS = 23;

export const TABLE_HEAD = line('check', 'engine', 'worst error', 'tolerance', 'verdict');

/** A row of the table. If it failed, the reason is on the line below. */
export function tableLine(row: GoldenRow): string {
  const { check, worstError, tolerance, passed, detail } = row;
  const written = line(check, engineOf(row), number(worstError), number(tolerance), passed ? 'pass' : 'FAIL');
  return passed || detail === undefined ? written : `${written}\n  ${detail.replaceAll('\n', '\n  ')}`;
}

/** What was not checked, and why. */
export function notCheckedLine({ engine, build, reason }: NotChecked): string {
  return `not checked: ${build === undefined ? engine : `${engine} ${build}`}: ${reason}`;
}

/** An engine in words: “wasm fused, 2 threads”. */
function engineOf({ engine, build, threads }: GoldenRow): string {
  if (build === undefined || threads === undefined) return engine;
  return `${engine} ${build}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
}

function line(check: string, engine: string, worst: string, tolerance: string, verdict: string): string {
  return [
    check.padEnd(CHECK_COLUMNS),
    engine.padEnd(ENGINE_COLUMNS),
    worst.padStart(11),
    tolerance.padStart(11),
    `  ${verdict}`,
  ].join('');
}

function number(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return Number.isFinite(value) ? value.toExponential(1) : '–';
}

import { norm } from '../method/optimizer.ts';
import type { CheckRow } from './row.ts';

// Rows that say how far numbers are from the reference's. A NaN or a missing number never passes.

export const LOSS_TOLERANCE = 1e-4;
export const FEATURE_TOLERANCE = 1e-4;
export const GRADIENT_TOLERANCE = 1e-2;
export const MEDIAN_TOLERANCE = 1e-4;
/** Tolerance of float64 formulas compared with float64 numbers. */
export const FORMULA_TOLERANCE = 1e-9;

/** Absolute tolerance of a tensor that vanishes, per unit of the values that cancel in it. */
const VANISHING_TOLERANCE = 1e-4;
/** A reference tensor whose norm is below this share of the largest one's holds only rounding errors. */
const NEGLIGIBLE = 1e-9;

/** A named quantity beside its reference. */
export interface Pair {
  readonly name: string;
  readonly got: ArrayLike<number>;
  readonly expected: ArrayLike<number>;
}

type Measured = Pair & { readonly error: number };

/** One row; passes when the error is a number within the tolerance. */
export function row(check: string, worstError: number, tolerance: number, detail?: string): CheckRow {
  const passed = worstError <= tolerance;
  return { check, worstError, tolerance, passed, ...(detail === undefined ? {} : { detail }) };
}

/** |got − expected| / |expected| (L2). The error is absolute if the reference is all zeros. */
export function relativeError({ name, got, expected }: Pair): number {
  requireLength(name, got.length, expected.length);
  let difference = 0;
  let reference = 0;
  for (let i = 0; i < expected.length; i++) {
    difference += (got[i]! - expected[i]!) ** 2;
    reference += expected[i]! ** 2;
  }
  return Math.sqrt(difference) / (reference === 0 ? 1 : Math.sqrt(reference));
}

/** The largest error, or NaN if one of them is NaN. 0 if there are none. */
export function worst(errors: readonly number[]): number {
  return errors.reduce((most, error) => Math.max(most, error), 0);
}

/** A row for features, embeddings or statistics, by relative L2. */
export function relativeRow(
  check: string,
  got: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
): CheckRow {
  return row(check, relativeError({ name: check, got, expected }), tolerance, 'relative L2');
}

/** Losses smaller than this are compared as if they were as large. */
const SMALL = 0.01;

/**
 * One row for the worst of several scalars. Errors are relative to the scalar, or to SMALL if that is larger.
 */
export function scalarRow(
  check: string,
  scalars: Readonly<Record<string, readonly [got: number, expected: number]>>,
  tolerance: number,
): CheckRow {
  const errors = Object.entries(scalars).map(([name, [got, expected]]) => ({
    name,
    error: Math.abs(got - expected) / Math.max(Math.abs(expected), SMALL),
  }));
  const { error, name } = worstOf(errors);
  return row(check, error, tolerance, `relative; worst: ${name}`);
}

/**
 * Rows for many tensors: one for the worst relative L2, one for the median, and an absolute one for tensors
 * that vanish in the reference. Gradients that are analytically zero come out as rounding errors there, and
 * as float32 rounding errors here. The values that cancel in them are assumed to be as large as the median of
 * the other tensors.
 */
export function tensorRows(
  check: string,
  pairs: readonly Pair[],
  tolerances: { readonly each: number; readonly median: number },
): CheckRow[] {
  if (pairs.length === 0) throw new Error(`golden check ${check}: the file has no tensors to compare`);
  const measured = pairs.map((pair) => ({ ...pair, norm: norm(pair.expected), error: relativeError(pair) }));
  const largest = worst(measured.map((pair) => pair.norm));
  const vanishing = measured.filter((pair) => pair.norm <= NEGLIGIBLE * largest);
  const rest = measured.filter((pair) => !vanishing.includes(pair));
  const scale = rest.length === 0 ? 1 : median(rest.map((pair) => pair.norm));
  return [
    ...(rest.length === 0 ? [] : relativeRows(check, rest, tolerances)),
    ...(vanishing.length === 0 ? [] : [vanishingRow(check, vanishing, scale)]),
  ];
}

function relativeRows(
  check: string,
  measured: readonly Measured[],
  tolerances: { readonly each: number; readonly median: number },
): CheckRow[] {
  const { error, name } = worstOf(measured);
  const middle = median(measured.map((pair) => pair.error));
  return [
    row(`${check}, each`, error, tolerances.each, `relative L2; worst of ${measured.length}: ${name}`),
    row(`${check}, median`, middle, tolerances.median, 'relative L2'),
  ];
}

function vanishingRow(check: string, pairs: readonly Pair[], scale: number): CheckRow {
  const { error, name } = worstOf(pairs.map((pair) => ({ name: pair.name, error: norm(pair.got) })));
  return row(
    `${check}, vanishing`,
    error,
    VANISHING_TOLERANCE * scale,
    `absolute L2; worst of ${pairs.length}: ${name}`,
  );
}

/** A row for whole numbers or masks, which counts the entries that differ. */
export function exactRow(check: string, got: ArrayLike<number>, expected: ArrayLike<number>): CheckRow {
  requireLength(check, got.length, expected.length);
  let wrong = 0;
  for (let i = 0; i < expected.length; i++) if (got[i] !== expected[i]) wrong++;
  return row(check, wrong, 0, `of ${expected.length} entries differ`);
}

/** The middle value, or the upper one of two. */
function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

/** The entry with the largest error. NaN counts as larger than every number. */
export function worstOf<T extends { readonly error: number }>(entries: readonly T[]): T {
  return entries.reduce((most, entry) =>
    Number.isNaN(most.error) || most.error >= entry.error ? most : entry,
  );
}

function requireLength(name: string, got: number, expected: number): void {
  if (got !== expected) {
    throw new Error(`golden check ${name}: must have ${expected} values as in the file, got ${got}`);
  }
}

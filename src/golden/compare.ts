import { norm } from '../method/optimizer.ts';
import type { CheckRow } from './row.ts';

// How far numbers are from the reference's, as rows. A NaN or a missing number never passes.

export const LOSS_TOLERANCE = 1e-4;
export const FEATURE_TOLERANCE = 1e-4;
export const GRADIENT_TOLERANCE = 1e-2;
export const MEDIAN_TOLERANCE = 1e-4;
/** Float64 formulas against float64 numbers. */
export const FORMULA_TOLERANCE = 1e-9;

/** Of a vanishing tensor: absolute, per unit of what cancels in it. */
const VANISHING_TOLERANCE = 1e-4;
/** A reference this much smaller than the largest of its kind is rounding. */
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

/** |got − expected| / |expected| (L2); absolute where the reference is all zeros. */
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

/** Largest of errors, NaN if one is NaN; 0 of none. */
export function worst(errors: readonly number[]): number {
  return errors.reduce((most, error) => Math.max(most, error), 0);
}

/** Features, embeddings, statistics: relative L2. */
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

/** Scalars: relative, below SMALL absolute. One row for the worst of them. */
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
 * Many tensors: a row for the worst relative L2, one for the median, and one, absolute, for those that vanish in the
 * reference: analytically zero gradients come out as rounding there, and as float32 rounding here. What cancels in
 * them is taken to be as large as the middle one of the other tensors.
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

/** Whole numbers and masks: how many entries differ. */
export function exactRow(check: string, got: ArrayLike<number>, expected: ArrayLike<number>): CheckRow {
  requireLength(check, got.length, expected.length);
  let wrong = 0;
  for (let i = 0; i < expected.length; i++) if (got[i] !== expected[i]) wrong++;
  return row(check, wrong, 0, `of ${expected.length} entries differ`);
}

/** The middle one, the upper of two. */
function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

/** The entry with the largest error; one that is NaN before all others. */
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

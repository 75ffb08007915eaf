import type { Reading } from '../../statistics/decimate.ts';

export { decimate, POINT_LIMIT, type Reading } from '../../statistics/decimate.ts';

/** The strongest smoothing with which the curve still follows the data. */
export const SMOOTHING_LIMIT = 0.99;

/**
 * Exponential moving average with `weight` on the past (0 changes nothing). It is divided by the sum of the
 * weights so far, so that the first values are not pulled to zero. Values that are not finite stay in the
 * result and do not enter the average.
 */
export function smoothed<Row>(rows: readonly Row[], curve: Reading<Row>, weight: number): Float64Array {
  const past = Math.min(Math.max(weight, 0), SMOOTHING_LIMIT);
  const smooth = new Float64Array(rows.length);
  let average = 0;
  let seen = 0;
  for (let i = 0; i < rows.length; i++) {
    const value = curve(rows[i]!, i);
    if (Number.isFinite(value)) {
      average = past * average + (1 - past) * value;
      seen = past * seen + (1 - past);
    }
    smooth[i] = Number.isFinite(value) ? average / seen : value;
  }
  return smooth;
}

/**
 * Index of the last row at or before a step; -1 if there is none. Rows must be in the order of their steps.
 */
export function indexAt(rows: readonly { readonly step: number }[], step: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle]!.step <= step) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * Indices of the rows between two steps, for `decimate`. One row more at each end lets lines reach the edges
 * of a chart. All rows if the range is null.
 */
export function spanOf(
  rows: readonly { readonly step: number }[],
  range: readonly [number, number] | null,
): readonly [number, number] {
  if (range === null) return [0, rows.length];
  const from = Math.max(0, indexAt(rows, range[0] - 1));
  return [from, Math.max(from, Math.min(rows.length, indexAt(rows, range[1]) + 2))];
}

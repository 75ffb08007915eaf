/** A number of a row; NaN if the row does not have it. */
export type Reading<Row> = (row: Row, index: number) => number;

/** Most points of a curve, because the cost of drawing grows with every point. */
export const POINT_LIMIT = 600;

/**
 * Indices of at most `limit` rows to draw. In each section, every curve keeps its lowest and highest value,
 * so that no spike is lost, and one row at which it is not finite, so that a gap is visible. The first and
 * last row are kept. Rows are never copied, because this runs twice a second over a whole run.
 * @param span the indices to choose from: the first, and the one after the last
 */
export function decimate<Row>(
  rows: readonly Row[],
  curves: readonly Reading<Row>[],
  limit = POINT_LIMIT,
  [begin, end]: readonly [number, number] = [0, rows.length],
): number[] {
  const count = end - begin;
  if (count <= limit) return Array.from({ length: count }, (_, i) => begin + i);
  const perStretch = 3 * curves.length;
  const stretches = Math.max(1, Math.floor((limit - 2) / perStretch));
  const kept = new Set<number>([begin, end - 1]);
  for (let s = 0; s < stretches; s++) {
    const from = begin + Math.floor((s * count) / stretches);
    const to = begin + Math.floor(((s + 1) * count) / stretches);
    for (const curve of curves) for (const index of extremes(rows, curve, from, to)) kept.add(index);
  }
  return [...kept].sort((a, b) => a - b);
}

/** The indices of a curve's lowest, highest and first non-finite value between two indices. */
function extremes<Row>(rows: readonly Row[], curve: Reading<Row>, from: number, to: number): number[] {
  let lowest = -1;
  let highest = -1;
  let gap = -1;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = from; i < to; i++) {
    const value = curve(rows[i]!, i);
    if (!Number.isFinite(value)) {
      if (gap < 0) gap = i;
      continue;
    }
    if (value < low) {
      low = value;
      lowest = i;
    }
    if (value > high) {
      high = value;
      highest = i;
    }
  }
  return [lowest, highest, gap].filter((index) => index >= 0);
}

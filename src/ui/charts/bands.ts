import type { Reading } from '../../store/run/series.ts';

/** What the recorded run did around a step. */
export interface BandPoint {
  readonly step: number;
  /** Mean of the values around the step. */
  readonly middle: number;
  /** The lowest and the highest of them. */
  readonly low: number;
  readonly high: number;
}

/** A curve of the recorded run, as it is drawn behind a curve of the run on the page. */
export interface Band {
  readonly key: string;
  readonly color: string;
  readonly points: readonly BandPoint[];
}

/** Rows on each side of a row that count as being around it. */
export const AROUND = 7;

/**
 * A curve with the spread of its own neighbourhood: of each row and the seven rows on either side, the mean,
 * the lowest and the highest value. It is one run, so this says nothing of how far other seeds would be off.
 * Values that are not finite do not count; a row with nothing around it has no point.
 * @param around rows on each side; 0 for values that are measured rarely, which then have no spread
 */
export function bandPoints<Row extends { readonly step: number }>(
  rows: readonly Row[],
  read: Reading<Row>,
  around = AROUND,
): BandPoint[] {
  const values = rows.map(read);
  return rows.flatMap(({ step }, i) => {
    const near = values.slice(Math.max(0, i - around), i + around + 1).filter(Number.isFinite);
    if (near.length === 0) return [];
    const middle = near.reduce((sum, value) => sum + value, 0) / near.length;
    return [{ step, middle, low: Math.min(...near), high: Math.max(...near) }];
  });
}

/**
 * The part of a band between two steps, with one point more at each end, so that it reaches the edges of a
 * chart.
 */
export function within(points: readonly BandPoint[], from: number, to: number): readonly BandPoint[] {
  const first = points.findLastIndex(({ step }) => step <= from);
  const last = points.findIndex(({ step }) => step >= to);
  return points.slice(Math.max(0, first), last < 0 ? points.length : last + 1);
}

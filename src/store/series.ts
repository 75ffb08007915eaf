/** A point of a chart: named numbers, of which `x` places it. NaN where a curve has no value. */
export type Point = Readonly<Record<string, number>> & { readonly x: number };

/** Curves never carry more points than this: the chart library's cost grows with each. */
export const POINT_LIMIT = 600;

/**
 * At most `limit` of the points: each curve keeps the lowest and the highest value of every stretch, so that no
 * spike is lost, and the first and the last point stay. Points where a curve is not finite stay as far as there is room,
 * so that the curve shows a gap there.
 */
export function decimate(points: readonly Point[], curves: readonly string[], limit = POINT_LIMIT): Point[] {
  if (points.length <= limit) return [...points];
  const perStretch = 3 * curves.length;
  const stretches = Math.max(1, Math.floor((limit - 2) / perStretch));
  const kept = new Set<number>([0, points.length - 1]);
  for (let s = 0; s < stretches; s++) {
    const from = Math.floor((s * points.length) / stretches);
    const to = Math.floor(((s + 1) * points.length) / stretches);
    for (const curve of curves) for (const index of extremes(points, curve, from, to)) kept.add(index);
  }
  return [...kept].sort((a, b) => a - b).map((index) => points[index]!);
}

/** Where a curve is lowest and highest between two indices, and where it first is not finite. */
function extremes(points: readonly Point[], curve: string, from: number, to: number): number[] {
  let lowest = -1;
  let highest = -1;
  let gap = -1;
  for (let i = from; i < to; i++) {
    const value = points[i]![curve]!;
    if (!Number.isFinite(value)) {
      if (gap < 0) gap = i;
      continue;
    }
    if (lowest < 0 || value < points[lowest]![curve]!) lowest = i;
    if (highest < 0 || value > points[highest]![curve]!) highest = i;
  }
  return [lowest, highest, gap].filter((index) => index >= 0);
}

/** The strongest smoothing that still follows the data. */
export const SMOOTHING_LIMIT = 0.99;

/**
 * Exponential moving average with `weight` on the past (0 leaves the values alone), divided by the weight that
 * the average has seen so far, so that the first values are not pulled to zero. Values that are not finite are
 * passed through and leave the average alone.
 */
export function smoothed(values: readonly number[], weight: number): number[] {
  const past = Math.min(Math.max(weight, 0), SMOOTHING_LIMIT);
  let average = 0;
  let seen = 0;
  return values.map((value) => {
    if (!Number.isFinite(value)) return value;
    average = past * average + (1 - past) * value;
    seen = past * seen + (1 - past);
    return average / seen;
  });
}

/** x of every point at which one of the curves holds a value that is not finite, once each. */
export function gaps(points: readonly Point[], curves: readonly string[]): number[] {
  return points.filter((point) => curves.some((curve) => !Number.isFinite(point[curve]!))).map(({ x }) => x);
}

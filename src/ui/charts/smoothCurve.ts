import type { StepRange } from '../../store/run/selection.ts';
import { decimate, indexAt, type Reading, smoothed, spanOf } from '../../store/run/series.ts';
import type { Curve, Point } from './curves.ts';

/** A curve and its number in each row. */
export interface Measured<Row> {
  readonly curve: Curve;
  readonly read: Reading<Row>;
  /** Whether its raw values may be drawn. The default is true. */
  readonly raw?: boolean;
}

/** Readings of the same rows as a chart draws them: smoothed, with the raw values faint behind them. */
export interface SmoothCurves {
  readonly points: readonly Point[];
  /** The raw curves, if they differ, and the smooth ones. */
  readonly curves: readonly Curve[];
  /** The smoothed value of a curve at a step, or its newest one if the step is null. NaN if there is none. */
  read(key: string, step: number | null): number;
}

interface SmoothOptions {
  /** Weight on the past, 0–0.99. */
  readonly weight: number;
  /** Most points of the drawing. */
  readonly limit: number;
  /** The steps that are drawn; null for all. Smoothing always begins with the first one. */
  readonly zoom: StepRange | null;
  /** Whether the raw values are drawn, too. */
  readonly raw: boolean;
}

/** Smooths readings of the rows, and thins them so that no spike of the raw values is lost. */
export function smoothCurves<Row extends { readonly step: number }>(
  rows: readonly Row[],
  measured: readonly Measured<Row>[],
  { weight, limit, zoom, raw }: SmoothOptions,
): SmoothCurves {
  const both = raw && weight > 0;
  const all = measured.map(({ curve, read, raw: shown = true }) => {
    return { curve, read, smooth: smoothed(rows, read, weight), behind: both && shown };
  });
  const readings: Reading<Row>[] = all.flatMap(({ read, smooth, behind }) => [
    (_, i) => smooth[i]!,
    ...(behind ? [read] : []),
  ]);
  return {
    points: decimate(rows, readings, limit, spanOf(rows, zoom)).map((i): Point => {
      const row = rows[i]!;
      const values = all.flatMap(({ curve: { key }, read, smooth, behind }) => [
        ...(behind ? [[rawKey(key), read(row, i)] as const] : []),
        [key, smooth[i]!] as const,
      ]);
      return { step: row.step, ...Object.fromEntries(values) };
    }),
    curves: [
      ...all.flatMap(({ curve, behind }) => (behind ? [rawCurve(curve)] : [])),
      ...measured.map(({ curve }) => curve),
    ],
    read: (key, step) => {
      const smooth = all.find(({ curve }) => curve.key === key)?.smooth;
      return smooth?.[step === null ? rows.length - 1 : indexAt(rows, step)] ?? Number.NaN;
    },
  };
}

/** The raw values of a smoothed curve, as they are drawn behind it. */
export function rawCurve(curve: Curve): Curve {
  return { ...curve, key: rawKey(curve.key), label: 'raw', faint: true };
}

/** Where a point has the raw value of a curve. */
export function rawKey(key: string): string {
  return `raw ${key}`;
}

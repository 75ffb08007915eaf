import type { StepRange } from '../../store/run/selection.ts';
import { decimate, indexAt, type Reading, smoothed, spanOf } from '../../store/run/series.ts';
import type { Curve, Point } from './curves.ts';

/** One reading of the steps as a chart draws it: smoothed, with the raw values faint behind it. */
export interface SmoothCurve {
  readonly points: readonly Point[];
  /** The raw curve, if it differs, and the smooth one. */
  readonly curves: readonly Curve[];
  /** The smoothed value at a step, or the newest one if the step is null. NaN if there is none. */
  read(step: number | null): number;
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

/** Smooths a reading of the rows, and thins it so that no spike of the raw values is lost. */
export function smoothCurve<Row extends { readonly step: number }>(
  rows: readonly Row[],
  reading: Reading<Row>,
  curve: Curve,
  { weight, limit, zoom, raw }: SmoothOptions,
): SmoothCurve {
  const smooth = smoothed(rows, reading, weight);
  const both = raw && weight > 0;
  const readings: Reading<Row>[] = [(_, i) => smooth[i]!, ...(both ? [reading] : [])];
  return {
    points: decimate(rows, readings, limit, spanOf(rows, zoom)).map((i): Point => {
      const row = rows[i]!;
      return { step: row.step, ...(both && { raw: reading(row, i) }), [curve.key]: smooth[i]! };
    }),
    curves: [...(both ? [{ ...curve, key: 'raw', label: 'raw', faint: true }] : []), curve],
    read: (step) => smooth[step === null ? rows.length - 1 : indexAt(rows, step)] ?? Number.NaN,
  };
}

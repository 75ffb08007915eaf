import { lazy, Suspense } from 'react';
import type { CurveChartProps } from './CurveChart.tsx';

// The chart library is the largest part of the page, so it loads after the first paint.
const CurveChart = lazy(() => import('./CurveChart.tsx').then((module) => ({ default: module.CurveChart })));

/** A chart whose room stays reserved while the library loads. */
export function LazyChart(props: CurveChartProps) {
  return (
    <Suspense fallback={<div className="chart" style={{ height: props.height }} />}>
      <CurveChart {...props} />
    </Suspense>
  );
}

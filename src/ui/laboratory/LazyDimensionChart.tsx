import { type ComponentProps, lazy, Suspense } from 'react';

// The chart library is the largest part of the page: it comes when there is something to draw.
const DimensionChart = lazy(() => import('./DimensionChart.tsx'));

/** A chart over dimensions under the names of its curves. */
export function LazyDimensionChart(props: ComponentProps<typeof DimensionChart>) {
  return (
    <>
      <div className="legend">
        {props.curves.map(({ key, label, color }) => (
          <span key={key}>
            <i className="key line" style={{ color }} />
            {label}
          </span>
        ))}
      </div>
      <Suspense fallback={<div className="chart" style={{ height: 190 }} />}>
        <DimensionChart {...props} />
      </Suspense>
    </>
  );
}

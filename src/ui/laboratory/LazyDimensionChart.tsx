import type { ComponentProps } from 'react';
import { soon } from '../shell/later.tsx';

// The chart library is the largest part of the page, so it loads only when there is something to draw.
const DimensionChart = soon(
  () => import('./DimensionChart.tsx'),
  (_, words) => (
    <div className="chart" style={{ height: 190 }}>
      {words}
    </div>
  ),
);

type LazyDimensionChartProps = ComponentProps<typeof DimensionChart> & {
  /** Names of the axes. */
  readonly axes: string;
};

/** A chart over dimensions, with the names of its curves above it and those of its axes below. */
export function LazyDimensionChart({ axes, ...props }: LazyDimensionChartProps) {
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
      <DimensionChart {...props} />
      <p className="muted small axes">{axes}</p>
    </>
  );
}

import { soon } from '../shell/later.tsx';
import type { CurveChartProps } from './CurveChart.tsx';

/** A chart whose room stays reserved while its library loads, which is the largest part of the page. */
export const LazyChart = soon<CurveChartProps>(
  () => import('./CurveChart.tsx').then((module) => ({ default: module.CurveChart })),
  ({ height }, words) => (
    <div className="chart" style={{ height }}>
      {words}
    </div>
  ),
);

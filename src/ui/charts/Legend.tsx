import { useSelection } from '../../store/selection.ts';
import type { Point } from '../../store/series.ts';
import type { Curve, Level } from './curves.ts';

interface LegendProps {
  /** All points, not only those that are drawn. */
  readonly points: readonly Point[];
  readonly curves: readonly Curve[];
  readonly levels?: readonly Level[];
  readonly format: (value: number) => string;
}

/** The curves with their values at the crosshair, or their newest: a read-out that never covers the curves. */
export function Legend({ points, curves, levels = [], format }: LegendProps) {
  const crosshair = useSelection((state) => state.crosshair);
  return (
    <div className="legend">
      {curves
        .filter(({ faint }) => !faint)
        .map(({ key, label, color, dashed }) => (
          <span key={key}>
            <i className={dashed ? 'key line dashed' : 'key line'} style={{ color }} />
            {label}
            <span className="value">{format(valueAt(points, key, crosshair))}</span>
          </span>
        ))}
      {levels.map(({ key, label, value, color }) => (
        <span key={key} className="muted">
          <i className="key line dashed" style={{ color }} />
          {label}
          <span>{format(value)}</span>
        </span>
      ))}
      {crosshair !== null && <span className="muted">step {crosshair}</span>}
    </div>
  );
}

/** The last value of a curve up to a step; points are in order of steps. */
function valueAt(points: readonly Point[], key: string, step: number | null): number {
  const known = ({ x, [key]: value }: Point) =>
    (step === null || x <= step) && value !== undefined && !Number.isNaN(value);
  return points.findLast(known)?.[key] ?? Number.NaN;
}

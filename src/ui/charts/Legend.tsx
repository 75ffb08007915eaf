import { useSelection } from '../../store/selection.ts';
import type { Curve, Level } from './curves.ts';

interface LegendProps {
  readonly curves: readonly Curve[];
  readonly levels?: readonly Level[];
  /** Value of a curve at a step, or its newest; NaN when there is none. */
  readonly read: (key: string, step: number | null) => number;
  readonly format: (value: number) => string;
  /** Names the crosshair's step: once on the page is enough. */
  readonly namesStep?: boolean;
}

/** The curves with their values at the crosshair, or their newest: a read-out that never covers the curves. */
export function Legend({ curves, levels = [], read, format, namesStep = false }: LegendProps) {
  const crosshair = useSelection((state) => state.crosshair);
  return (
    <div className="legend">
      {curves
        .filter(({ faint }) => !faint)
        .map(({ key, label, color, dashed }) => (
          <span key={key}>
            <i className={dashed ? 'key line dashed' : 'key line'} style={{ color }} />
            {label} <span className="value">{format(read(key, crosshair))}</span>
          </span>
        ))}
      {levels.map(({ key, label, value, color }) => (
        <span key={key} className="muted">
          <i className="key line dashed" style={{ color }} />
          {label} <span>{format(value)}</span>
        </span>
      ))}
      {namesStep && crosshair !== null && <span className="muted">step {crosshair}</span>}
    </div>
  );
}

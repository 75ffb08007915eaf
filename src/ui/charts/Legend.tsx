import { crosshairOf, useSelection } from '../../store/run/selection.ts';
import { count } from '../shell/format.ts';
import type { Curve, Level } from './curves.ts';
import { markOf } from './runMarks.ts';
import type { Behind } from './useBehind.ts';
import type { OverlaidCurves } from './useOverlaid.ts';

interface LegendProps {
  readonly curves: readonly Curve[];
  readonly levels?: readonly Level[];
  /** Value of a curve at a step, or its newest value if the step is null. NaN if there is none. */
  readonly read: (key: string, step: number | null) => number;
  readonly format: (value: number) => string;
  /** The newest step, in the one legend of the page that names the crosshair's step. */
  readonly newest?: number | null;
  /** Runs that are laid over the chart. Each has one line of the legend. */
  readonly overlaid?: readonly OverlaidCurves[];
  /** The recorded run behind the curves. */
  readonly behind?: Pick<Behind, 'label' | 'title'>;
}

/**
 * The curves with their values at the crosshair, or their newest values. It never covers the curves, and it
 * keeps its size, so that the crosshair moves nothing on the page.
 */
export function Legend(props: LegendProps) {
  const { curves, levels = [], read, format, newest = null, overlaid = [], behind } = props;
  const crosshair = useSelection(crosshairOf);
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
          {label} <span className="level">{format(value)}</span>
        </span>
      ))}
      {overlaid.map((run) => (
        <OverlaidLine key={run.id} run={run} format={format} step={crosshair} />
      ))}
      {behind?.label && <RecordedKey {...behind} />}
      {newest !== null && (
        <span className="muted">
          step{' '}
          <span className="step" style={{ minWidth: `${count(newest).length}ch` }}>
            {count(crosshair ?? newest)}
          </span>
        </span>
      )}
    </div>
  );
}

/** Which run stands behind the curves of a chart. */
export function RecordedKey({ label, title }: Pick<Behind, 'label' | 'title'>) {
  return (
    <span className="muted recorded-key" title={title}>
      <i className="key band" /> {label}
    </span>
  );
}

function OverlaidLine(props: {
  readonly run: OverlaidCurves;
  readonly format: (value: number) => string;
  readonly step: number | null;
}) {
  const { run, format, step } = props;
  const several = run.curves.length > 1;
  return (
    <span className="of-run">
      <span className="muted">
        {!several && <RunKey place={run.place} color={run.curves[0]?.color} />}
        {run.name}
      </span>
      {run.curves.map(({ key, label, color }) => (
        <span key={key}>
          {several && <RunKey place={run.place} color={color} />}
          {several && `${label} `}
          <span className="value">{format(run.read(key, step))}</span>
        </span>
      ))}
    </span>
  );
}

/** A short piece of the line that stands for a run. */
export function RunKey({ place, color }: { readonly place: number; readonly color?: string | undefined }) {
  const mark = markOf(place);
  return (
    <svg className="run-key" width="26" height="6" viewBox="0 0 26 6" aria-hidden="true">
      <line
        x1="0"
        y1="3"
        x2="26"
        y2="3"
        stroke={color ?? mark.color}
        strokeWidth="2"
        strokeDasharray={mark.dash}
      />
    </svg>
  );
}

import { useState } from 'react';
import { crosshairOf, useSelection } from '../../store/run/selection.ts';
import { count } from '../shell/format.ts';
import { type Axis, shareAt, valueAt } from './axis.ts';
import { PLOT } from './plotArea.ts';

interface ChartPointerProps {
  /** The axis of the steps. */
  readonly axis: Axis;
  /** What the chart shows, for screen readers. */
  readonly name: string;
  /** True on small charts beside others: they hear the pointer, but no keys, and do not write the step. */
  readonly small: boolean;
}

/** A drag that is shorter is a click, pixels. */
const CLICK = 6;
/** An arrow key moves the crosshair by this share of the steps that are shown, or by one step. */
const STRIDE = 0.01;

/**
 * Lies over the plot of a chart. Moves the crosshair of all charts, and zooms them: dragging chooses steps, a
 * double click shows all of them again. So that only this redraws, the chart itself does not know of it.
 */
export function ChartPointer({ axis, name, small }: ChartPointerProps) {
  const crosshair = useSelection(crosshairOf);
  const { moveCrosshair, zoomTo } = useSelection.getState();
  const [drag, setDrag] = useState<{ readonly from: number; readonly to: number } | null>(null);
  const shown = crosshair !== null && crosshair >= axis.from && crosshair <= axis.to;
  const stepAt = (share: number) => Math.round(valueAt(axis, Math.min(1, Math.max(0, share))));

  function move(event: React.PointerEvent<HTMLDivElement>): void {
    const share = shareOf(event);
    moveCrosshair(stepAt(share));
    if (drag) setDrag({ ...drag, to: share });
  }

  function down(event: React.PointerEvent<HTMLDivElement>): void {
    moveCrosshair(stepAt(shareOf(event)));
    // A finger moves the crosshair and scrolls the page. It does not zoom.
    if (event.pointerType === 'touch' || event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    setDrag({ from: shareOf(event), to: shareOf(event) });
  }

  function up({ currentTarget }: React.PointerEvent<HTMLDivElement>): void {
    if (!drag) return;
    setDrag(null);
    const [from, to] = [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)];
    if ((to - from) * currentTarget.clientWidth < CLICK) return;
    const first = stepAt(from);
    zoomTo([first, Math.max(first + 1, stepAt(to))]);
  }

  function press(event: React.KeyboardEvent<HTMLDivElement>): void {
    const stride = Math.max(1, Math.round(STRIDE * (axis.to - axis.from))) * (event.shiftKey ? 10 : 1);
    const at = shown ? crosshair : axis.to;
    const to = { ArrowLeft: at - stride, ArrowRight: at + stride, Home: axis.from, End: axis.to }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    moveCrosshair(Math.round(Math.min(axis.to, Math.max(axis.from, to))));
  }

  return (
    <div
      className="chart-pointer"
      style={{ left: PLOT.left, right: PLOT.right, bottom: PLOT.bottom }}
      role="slider"
      tabIndex={small ? -1 : 0}
      aria-label={`Crosshair of ${name}`}
      aria-valuemin={axis.from}
      aria-valuemax={axis.to}
      aria-valuenow={shown ? crosshair : axis.to}
      aria-valuetext={shown ? `step ${crosshair}` : 'newest values'}
      title="Drag to zoom, double click to show all steps"
      onPointerMove={move}
      onPointerDown={down}
      onPointerUp={up}
      onPointerCancel={() => setDrag(null)}
      onPointerLeave={() => moveCrosshair(null)}
      onBlur={() => moveCrosshair(null)}
      onDoubleClick={() => zoomTo(null)}
      onKeyDown={press}
      // A click must not take the focus, because the page’s keys do not work on a slider.
      onMouseDown={(event) => event.preventDefault()}
    >
      {shown && (
        <div className="crosshair" style={{ left: `${100 * shareAt(axis, crosshair)}%` }}>
          {!small && <span>{count(crosshair)}</span>}
        </div>
      )}
      {drag && (
        <div
          className="zooming"
          style={{
            left: `${100 * Math.min(drag.from, drag.to)}%`,
            width: `${100 * Math.abs(drag.to - drag.from)}%`,
          }}
        />
      )}
    </div>
  );
}

/** The place of the pointer over the plot: 0 at its left edge, 1 at its right one. */
function shareOf({ clientX, currentTarget }: React.PointerEvent<HTMLDivElement>): number {
  const { left, width } = currentTarget.getBoundingClientRect();
  return Math.min(1, Math.max(0, (clientX - left) / width));
}

import { useMemo, useRef } from 'react';
import type { MapLayout } from '../../store/run/run.ts';
import { useSelection } from '../../store/run/selection.ts';
import { useSize } from '../shell/useSize.ts';
import { place } from './plot.ts';

/** A thin line over both maps, which joins the places of the marked image. Two maps stand side by side. */
export function TwinLine({ left, right }: { readonly left: MapLayout; readonly right: MapLayout }) {
  const frame = useRef<SVGSVGElement>(null);
  const marked = useSelection((state) => state.hovered ?? state.pinned);
  const { width } = useSize(frame);
  // Measured anew when the size changes, because the plots change with it.
  const plots = useMemo(() => (width > 0 && frame.current ? plotsIn(frame.current) : []), [width]);
  const [a, b] = plots;
  const from = useMemo(() => a && place(left.xy, a.width, a.height), [left, a]);
  const to = useMemo(() => b && place(right.xy, b.width, b.height), [right, b]);
  const shows = marked !== null && a && b && from && to && 2 * marked < from.length && b.width > 0;
  const ends = shows
    ? [
        a.left + from[2 * marked]!,
        a.top + from[2 * marked + 1]!,
        b.left + to[2 * marked]!,
        b.top + to[2 * marked + 1]!,
      ]
    : null;
  return (
    <svg ref={frame} className="twin-line" aria-hidden="true">
      {ends?.every(Number.isFinite) && (
        <line
          x1={ends[0]}
          y1={ends[1]}
          x2={ends[2]}
          y2={ends[3]}
          stroke="var(--text)"
          strokeDasharray="3 3"
        />
      )}
    </svg>
  );
}

interface Plot {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Where the plots of the maps lie within the frame over them, inside of their borders. */
function plotsIn(frame: SVGSVGElement): Plot[] {
  const origin = frame.getBoundingClientRect();
  return [...(frame.parentElement?.querySelectorAll('.plot') ?? [])].map((plot) => {
    const { left, top } = plot.getBoundingClientRect();
    return {
      left: left - origin.left + plot.clientLeft,
      top: top - origin.top + plot.clientTop,
      width: plot.clientWidth,
      height: plot.clientHeight,
    };
  });
}

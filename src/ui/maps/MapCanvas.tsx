import { memo, useEffect, useMemo, useRef, useState } from 'react';
import type { MapLayout, Ready } from '../../store/run.ts';
import { useSelection } from '../../store/selection.ts';
import { pictureOf } from './picture.ts';
import { drawMark, drawPoints, nearest, place } from './plot.ts';

/** How near the pointer must come to a point, CSS pixels. */
const REACH = 14;

interface MapCanvasProps {
  readonly layout: MapLayout;
  readonly ready: Ready;
  /** What the map shows, for those who do not see it. */
  readonly label: string;
}

/** Points on one canvas, the marked image on another above it, so that hovering redraws one point only. */
export const MapCanvas = memo(function MapCanvas({ layout, ready, label }: MapCanvasProps) {
  const points = useRef<HTMLCanvasElement>(null);
  const mark = useRef<HTMLCanvasElement>(null);
  const { width, height } = useSize(points);
  const focus = useSelection((state) => state.classes);
  const marked = useSelection((state) => state.hovered ?? state.pinned);
  const placed = useMemo(() => place(layout.xy, width, height), [layout, width, height]);
  const { labels } = ready.mapImages;

  useEffect(() => {
    const context = prepared(points.current, width, height);
    if (context) drawPoints(context, placed, labels, focus);
  }, [placed, labels, focus, width, height]);

  useEffect(() => {
    const context = prepared(mark.current, width, height);
    if (!context || marked === null || marked >= labels.length) return;
    const picture = pictureOf(ready.mapImages, ready.data.size, marked);
    drawMark(
      context,
      placed,
      marked,
      labels[marked]!,
      picture,
      width,
      getComputedStyle(context.canvas).color,
    );
  }, [placed, marked, labels, ready, width, height]);

  function imageAt({
    clientX,
    clientY,
    currentTarget,
  }: React.PointerEvent<HTMLCanvasElement>): number | null {
    const { left, top } = currentTarget.getBoundingClientRect();
    return nearest(placed, clientX - left, clientY - top, REACH);
  }

  return (
    <>
      <canvas ref={points} role="img" aria-label={label} />
      <canvas
        ref={mark}
        aria-hidden
        onPointerMove={(event) => useSelection.getState().hover(imageAt(event))}
        onPointerLeave={() => useSelection.getState().hover(null)}
        onPointerDown={(event) => {
          const image = imageAt(event);
          if (image !== null) useSelection.getState().pin(image);
        }}
      />
    </>
  );
});

/** A cleared canvas, as sharp as the screen, on which one unit is one CSS pixel. */
function prepared(
  canvas: HTMLCanvasElement | null,
  width: number,
  height: number,
): CanvasRenderingContext2D | null {
  const context = canvas?.getContext('2d') ?? null;
  if (!canvas || !context || width === 0) return null;
  const density = window.devicePixelRatio;
  canvas.width = Math.round(width * density);
  canvas.height = Math.round(height * density);
  context.scale(density, density);
  return context;
}

function useSize(element: React.RefObject<HTMLElement | null>): {
  readonly width: number;
  readonly height: number;
} {
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setSize({ width: entry.contentRect.width, height: entry.contentRect.height });
    });
    if (element.current) observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return size;
}

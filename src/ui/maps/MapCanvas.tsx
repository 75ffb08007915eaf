import { memo, useEffect, useMemo, useRef, useState } from 'react';
import { useLooks } from '../../store/looks.ts';
import type { MapLayout, Ready } from '../../store/run/run.ts';
import { useSelection } from '../../store/run/selection.ts';
import { useSize } from '../shell/useSize.ts';
import type { ImageColors } from './imageColors.ts';
import { drawLoop, drawnOn, inside, type Loop } from './lasso.ts';
import { pictureOf } from './picture.ts';
import { dotsOf, drawMark, drawPoints, nearest, place } from './plot.ts';
import { useMorph } from './useMorph.ts';

/** Largest distance from the pointer to the point that it marks, CSS pixels. */
const REACH = 14;
/** With more points than these, moving dots are drawn coarsely, so that the movement stays smooth. */
const MANY = 2000;

interface MapCanvasProps {
  readonly layout: MapLayout;
  readonly ready: Ready;
  readonly colors: ImageColors;
  /** Text for screen readers that says what the map shows. */
  readonly label: string;
}

/**
 * Points on one canvas. The marked image and the lasso are on a second one above it, so that only they
 * redraw.
 */
export const MapCanvas = memo(function MapCanvas({ layout, ready, colors, label }: MapCanvasProps) {
  const points = useRef<HTMLCanvasElement>(null);
  const mark = useRef<HTMLCanvasElement>(null);
  const { width, height } = useSize(points);
  const classes = useSelection((state) => state.classes);
  const groups = useSelection((state) => state.groups);
  const marked = useSelection((state) => state.hovered ?? state.pinned);
  const thumbnails = useLooks((looks) => looks.thumbnails);
  const lassoing = useSelection((state) => state.lassoing);
  // The pointer may move several times before the next drawing. The ref holds all of its moves.
  const drag = useRef<Loop | null>(null);
  const [loop, setLoop] = useState<Loop | null>(null);
  const target = useMemo(() => place(layout.xy, width, height), [layout, width, height]);
  const placed = useMorph(target, layout);
  const { labels } = ready.mapImages;
  const dots = useMemo(() => dotsOf(colors, labels, { classes, groups }), [colors, labels, classes, groups]);

  // The user may switch the lasso off while drawing with it.
  useEffect(() => {
    if (lassoing) return;
    drag.current = null;
    setLoop(null);
  }, [lassoing]);

  useEffect(() => {
    const context = prepared(points.current, width, height);
    if (context) drawPoints(context, placed, dots, placed !== target && dots.length > MANY);
  }, [placed, target, dots, width, height]);

  useEffect(() => {
    const context = prepared(mark.current, width, height);
    if (!context) return;
    const ink = getComputedStyle(context.canvas).color;
    if (loop) drawLoop(context, loop, ink);
    if (marked === null || 2 * marked >= placed.length) return;
    const picture = thumbnails ? pictureOf(ready.mapImages, ready.data.size, marked) : null;
    const color = colors.palette[colors.index[marked]!]!;
    drawMark(context, placed, marked, color, picture, width, ink);
  }, [placed, marked, loop, colors, thumbnails, ready, width, height]);

  function dragTo(next: Loop | null): void {
    drag.current = next;
    setLoop(next);
  }

  function down(event: React.PointerEvent<HTMLCanvasElement>): void {
    const [x, y] = placeOf(event);
    if (lassoing) {
      event.currentTarget.setPointerCapture(event.pointerId);
      useSelection.getState().hover(null);
      dragTo([x, y]);
      return;
    }
    const image = nearest(placed, x, y, REACH);
    if (image === null) return;
    if (event.shiftKey) useSelection.getState().compare(image);
    else useSelection.getState().pin(image);
  }

  function move(event: React.PointerEvent<HTMLCanvasElement>): void {
    const [x, y] = placeOf(event);
    if (drag.current) dragTo(drawnOn(drag.current, x, y));
    else useSelection.getState().hover(nearest(placed, x, y, REACH));
  }

  function up(event: React.PointerEvent<HTMLCanvasElement>): void {
    if (!drag.current) return;
    const images = inside(drag.current, placed);
    dragTo(null);
    // A click or a loop around nothing changes nothing. The Escape key clears the groups.
    if (images.length > 0) useSelection.getState().gather(images, event.shiftKey);
  }

  return (
    <>
      <canvas ref={points} role="img" aria-label={label} />
      <canvas
        ref={mark}
        aria-hidden
        className={lassoing ? 'lassoing' : undefined}
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={up}
        onPointerCancel={() => dragTo(null)}
        onPointerLeave={() => useSelection.getState().hover(null)}
      />
    </>
  );
});

/** The place of the pointer on the canvas, CSS pixels. */
function placeOf({
  clientX,
  clientY,
  currentTarget,
}: React.PointerEvent<HTMLCanvasElement>): [number, number] {
  const { left, top } = currentTarget.getBoundingClientRect();
  return [clientX - left, clientY - top];
}

/**
 * Clears a canvas and gives it the resolution of the screen. One unit on it is one CSS pixel. Its memory is
 * allocated anew only if its size has changed.
 */
function prepared(
  canvas: HTMLCanvasElement | null,
  width: number,
  height: number,
): CanvasRenderingContext2D | null {
  const context = canvas?.getContext('2d') ?? null;
  if (!canvas || !context || width === 0) return null;
  const density = window.devicePixelRatio;
  const [columns, rows] = [Math.round(width * density), Math.round(height * density)];
  if (canvas.width !== columns || canvas.height !== rows) {
    canvas.width = columns;
    canvas.height = rows;
  }
  context.setTransform(density, 0, 0, density, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

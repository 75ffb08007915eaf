import { useEffect, useRef, useState } from 'react';
import type { MapLayout } from '../../store/run/run.ts';
import { between, type Placed } from './plot.ts';

/** Long enough to follow a point with the eye, milliseconds. */
const MORPH_MS = 700;

/**
 * Where the points of a layout are now: a new layout is reached by a smooth way from what is shown; another
 * size of the canvas, another number of points, a hidden page, or a wish for less motion by a jump.
 */
export function useMorph(target: Placed, layout: MapLayout): Placed {
  const [shown, setShown] = useState(target);
  const now = useRef({ placed: target, layout });

  useEffect(() => {
    const { placed: from, layout: before } = now.current;
    const show = (placed: Placed) => {
      now.current = { placed, layout };
      setShown(placed);
    };
    if (before === layout || from.length !== target.length || prefersStillness()) {
      show(target);
      return;
    }
    now.current = { placed: from, layout };
    let began: number | null = null;
    let frame = requestAnimationFrame(function move(time) {
      began ??= time;
      const done = (time - began) / MORPH_MS;
      show(done < 1 ? between(from, target, eased(done)) : target);
      if (done < 1) frame = requestAnimationFrame(move);
    });
    return () => cancelAnimationFrame(frame);
  }, [target, layout]);

  return shown;
}

/** Slow at both ends. */
function eased(t: number): number {
  return t * t * (3 - 2 * t);
}

function prefersStillness(): boolean {
  return document.hidden || window.matchMedia('(prefers-reduced-motion: reduce)').matches;
}

import { useEffect, useRef, useState } from 'react';
import { prefersStillness } from '../../platform/stillness.ts';
import type { MapLayout } from '../../store/run/run.ts';
import { between, type Placed } from './plot.ts';

/** Duration of the movement, milliseconds. It is long enough to follow a point with the eye. */
const MORPH_MS = 700;

/**
 * Where the points of a layout are now. They move smoothly to a new layout. They jump if only the canvas has
 * another size, if the number of points changes, if the page is hidden, or if the user prefers less motion.
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
    if (before === layout || from.length !== target.length || document.hidden || prefersStillness()) {
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

/** Eases the movement, so that it is slow at both ends. */
function eased(t: number): number {
  return t * t * (3 - 2 * t);
}

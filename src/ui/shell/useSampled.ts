import { useEffect, useRef, useState } from 'react';
import type { RunState } from '../../store/run/run.ts';
import { type Shown, useShown } from '../../store/run/shown.ts';
import { DrawingPace } from './drawingPace.ts';

/** All figures share the main thread, so they share their pace. */
const pace = new DrawingPace();

/**
 * The delay between one figure's turn and the next. Figures take turns so that no single task draws all of
 * them.
 */
const TURN_MS = 90;

/** @param turned the point of the dial that is shown; null for the run as it was trained */
type Select<T> = (run: RunState | null, turned: Shown['turned']) => T;

function shownBy<T>(select: Select<T>): T {
  const { run, turned } = useShown.getState();
  return select(run, turned);
}

/**
 * A part of the run for a figure that is costly to draw: of the run as it is shown, which may be an earlier
 * step. It follows the store at most every 600 ms, more seldom where drawing takes long, and after the
 * figures of a lower `turn`. Another run is shown at once, and so is another point of the dial: all that it
 * shows is there, and a hand waits for it.
 */
export function useSampled<T>(select: Select<T>, turn: number): T {
  const [value, setValue] = useState(() => shownBy(select));
  const latest = useRef(select);
  latest.current = select;
  const drawn = useRef(value);
  drawn.current = value;
  /** When this figure's turn came; null if it is drawn for another reason, such as with a whole new run. */
  const began = useRef<number | null>(null);

  // React calls this after the browser has painted the new value.
  useEffect(() => {
    if (began.current !== null) pace.drew(turn, performance.now() - began.current);
    began.current = null;
  });

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = () => {
      timer = undefined;
      setValue(shownBy(latest.current));
    };
    const takeTurn = () => {
      if (shownBy(latest.current) !== drawn.current) began.current = performance.now();
      show();
    };
    const unsubscribe = useShown.subscribe(({ run, step, turned, mover }, before) => {
      if (run?.run !== before.run?.run || turned?.point !== before.turned?.point) {
        clearTimeout(timer);
        show();
      } else if (
        timer === undefined &&
        latest.current(run, turned) !== latest.current(before.run, before.turned)
      ) {
        const byHand = step !== null && mover === 'hand';
        timer = setTimeout(takeTurn, pace.period(byHand) + turn * TURN_MS);
      }
    });
    show();
    return () => {
      unsubscribe();
      clearTimeout(timer);
      pace.left(turn);
    };
  }, [turn]);

  return value;
}

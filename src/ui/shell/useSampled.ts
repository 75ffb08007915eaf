import { useEffect, useRef, useState } from 'react';
import type { RunState } from '../../store/run/run.ts';
import { type Shown, useShown } from '../../store/run/shown.ts';

/** The shortest time between two drawings of a figure while a run trains or plays. */
const PERIOD_MS = 600;
/** The same while a hand moves the slider, which figures should follow. */
const BY_HAND_MS = 100;
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
 * step. It follows the store at most every 600 ms, and after
 * the figures of a lower `turn`. Another run is shown at once, and so is another point of the dial: all that
 * it shows is there, and a hand waits for it.
 */
export function useSampled<T>(select: Select<T>, turn: number): T {
  const [value, setValue] = useState(() => shownBy(select));
  const latest = useRef(select);
  latest.current = select;

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = () => {
      timer = undefined;
      setValue(shownBy(latest.current));
    };
    const unsubscribe = useShown.subscribe(({ run, step, turned, mover }, before) => {
      if (run?.run !== before.run?.run || turned?.point !== before.turned?.point) {
        clearTimeout(timer);
        show();
      } else if (
        timer === undefined &&
        latest.current(run, turned) !== latest.current(before.run, before.turned)
      ) {
        const period = step !== null && mover === 'hand' ? BY_HAND_MS : PERIOD_MS;
        timer = setTimeout(show, period + turn * TURN_MS);
      }
    });
    show();
    return () => {
      unsubscribe();
      clearTimeout(timer);
    };
  }, [turn]);

  return value;
}

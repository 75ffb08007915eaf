import { useEffect, useRef, useState } from 'react';
import type { RunState } from '../../store/run/run.ts';
import { useShown } from '../../store/run/shown.ts';

/** The shortest time between two drawings of a figure while a run trains or plays. */
const PERIOD_MS = 600;
/** The same while a hand moves the slider, which figures should follow. */
const BY_HAND_MS = 100;
/**
 * The delay between one figure's turn and the next. Figures take turns so that no single task draws all of
 * them.
 */
const TURN_MS = 90;

/**
 * A part of the run for a figure that is costly to draw: of the run as it is shown, which may be an earlier
 * step. It follows the store at most every 600 ms, and after
 * the figures of a lower `turn`. Another run is shown at once.
 */
export function useSampled<T>(select: (run: RunState | null) => T, turn: number): T {
  const [value, setValue] = useState(() => select(useShown.getState().run));
  const latest = useRef(select);
  latest.current = select;

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = () => {
      timer = undefined;
      setValue(latest.current(useShown.getState().run));
    };
    const unsubscribe = useShown.subscribe(({ run, step, mover }, before) => {
      if (run?.run !== before.run?.run) {
        clearTimeout(timer);
        show();
      } else if (timer === undefined && latest.current(run) !== latest.current(before.run)) {
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

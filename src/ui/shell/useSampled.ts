import { useEffect, useRef, useState } from 'react';
import { usePlayground } from '../../store/playground.ts';
import type { RunState } from '../../store/run/run.ts';

/** The shortest time between two drawings of a figure while a run trains. */
const PERIOD_MS = 600;
/**
 * The delay between one figure's turn and the next. Figures take turns so that no single task draws all of
 * them.
 */
const TURN_MS = 90;

/**
 * A part of the run for a figure that is costly to draw. It follows the store at most every 600 ms, and after
 * the figures of a lower `turn`. Another run is shown at once.
 */
export function useSampled<T>(select: (run: RunState | null) => T, turn: number): T {
  const [value, setValue] = useState(() => select(usePlayground.getState().run));
  const latest = useRef(select);
  latest.current = select;

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = () => {
      timer = undefined;
      setValue(latest.current(usePlayground.getState().run));
    };
    const unsubscribe = usePlayground.subscribe(({ run }, before) => {
      if (run?.run !== before.run?.run) {
        clearTimeout(timer);
        show();
      } else if (timer === undefined && latest.current(run) !== latest.current(before.run)) {
        timer = setTimeout(show, PERIOD_MS + turn * TURN_MS);
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

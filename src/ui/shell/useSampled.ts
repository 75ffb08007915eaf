import { useEffect, useRef, useState } from 'react';
import { usePlayground } from '../../store/playground.ts';
import type { RunState } from '../../store/run/run.ts';

/** A figure is redrawn at most this often while a run trains. */
const PERIOD_MS = 600;
/** Figures take turns, so that no task draws them all. */
const TURN_MS = 90;

/**
 * Part of the run for a figure that is costly to draw: follows the store at most every 600 ms, later than
 * figures of a lower `turn`. Another run is shown at once.
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

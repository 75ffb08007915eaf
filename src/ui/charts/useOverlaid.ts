import { useMemo } from 'react';
import { type OverlaidRun, useOverlay } from '../../store/runs/overlay.ts';
import type { Curve, Point } from './curves.ts';

/** What one chart shows of a run that is laid over it. */
export interface Drawn {
  /** Thinned by themselves: runs have steps of their own, and lengths of their own. */
  readonly points: readonly Point[];
  readonly curves: readonly Curve[];
  /** Value of a curve at a step, or its newest; NaN when there is none. */
  read(key: string, step: number | null): number;
}

/** The curves of an overlaid run, and whose they are. */
export interface OverlaidCurves extends Drawn {
  readonly id: string;
  readonly name: string;
  readonly place: number;
}

/**
 * What a chart shows of each overlaid run; runs that have nothing to show on it are left out.
 * @param draw one and the same function as long as it draws the same
 */
export function useOverlaid(draw: (run: OverlaidRun) => Drawn | null): readonly OverlaidCurves[] {
  const runs = useOverlay((overlay) => overlay.runs);
  return useMemo(
    () =>
      runs.flatMap((run) => {
        const drawn = draw(run);
        const { id, name, place } = run;
        return drawn === null ? [] : [{ ...drawn, id, name, place }];
      }),
    [runs, draw],
  );
}

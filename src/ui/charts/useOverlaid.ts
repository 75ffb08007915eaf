import { useMemo } from 'react';
import { type StepRange, useSelection } from '../../store/run/selection.ts';
import { type OverlaidRun, useOverlay } from '../../store/runs/overlay.ts';
import type { Curve, Point } from './curves.ts';

/** The curves that one chart draws of a run that is laid over it. */
export interface Drawn {
  /** Each run is thinned separately, because runs differ in their steps and lengths. */
  readonly points: readonly Point[];
  readonly curves: readonly Curve[];
  /** Value of a curve at a step, or its newest value if the step is null. NaN if there is none. */
  read(key: string, step: number | null): number;
}

/** The curves of an overlaid run, and the run to which they belong. */
export interface OverlaidCurves extends Drawn {
  readonly id: string;
  readonly name: string;
  readonly place: number;
}

/**
 * What a chart shows of each overlaid run. Runs that have nothing to show on it are left out.
 * @param draw must be the same function object as long as it draws the same; `zoom` has the steps that the
 * chart shows, null for all
 */
export function useOverlaid(
  draw: (run: OverlaidRun, zoom: StepRange | null) => Drawn | null,
): readonly OverlaidCurves[] {
  const runs = useOverlay((overlay) => overlay.runs);
  const zoom = useSelection((state) => state.zoom);
  return useMemo(
    () =>
      runs.flatMap((run) => {
        const drawn = draw(run, zoom);
        const { id, name, place } = run;
        return drawn === null ? [] : [{ ...drawn, id, name, place }];
      }),
    [runs, draw, zoom],
  );
}

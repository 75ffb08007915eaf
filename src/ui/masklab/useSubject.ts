import { usePlayground } from '../../store/playground.ts';
import { type GatesAt, gatesAt } from '../../store/run/dial/dialStops.ts';
import { useShown } from '../../store/run/shown.ts';
import { hasGates } from '../../store/settings.ts';
import { couldTakeWeights, hasWeights } from '../../store/studies/findings.ts';
import { anyBusy, useLaboratory } from '../../store/studies/laboratory.ts';

/** What the lab can work on now. */
export interface SubjectState {
  /** True if the run on the page has weights. */
  readonly there: boolean;
  /** True if the run is paused and its weights can be used. */
  readonly takable: boolean;
  readonly gated: boolean;
  /** The gates where the dial stands; null where it is not turned. */
  readonly at: GatesAt | null;
  /** True if none of the laboratory's orders is under way. */
  readonly free: boolean;
}

export function useSubject(): SubjectState {
  const there = usePlayground(({ run }) => hasWeights(run));
  const takable = usePlayground(({ run }) => couldTakeWeights(run));
  const gated = usePlayground(({ run }) => run !== null && hasGates(run.config));
  const free = useLaboratory((laboratory) => !anyBusy(laboratory, ['masks', 'inference', 'slice']));
  const turned = useShown((shown) => shown.turned);
  return { there, takable, gated, free, at: gatesAt(turned) };
}

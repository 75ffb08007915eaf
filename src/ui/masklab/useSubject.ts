import { usePlayground } from '../../store/playground.ts';
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
  /** True if none of the laboratory's orders is under way. */
  readonly free: boolean;
}

export function useSubject(): SubjectState {
  const there = usePlayground(({ run }) => hasWeights(run));
  const takable = usePlayground(({ run }) => couldTakeWeights(run));
  const gated = usePlayground(({ run }) => run !== null && hasGates(run.config));
  const free = useLaboratory((laboratory) => !anyBusy(laboratory, ['masks', 'inference', 'slice']));
  return { there, takable, gated, free };
}

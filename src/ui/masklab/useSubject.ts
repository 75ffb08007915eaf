import { usePlayground } from '../../store/playground.ts';
import { hasGates } from '../../store/settings.ts';
import {
  couldTakeWeights,
  type Findings,
  NO_FINDINGS,
  subjectOf,
  useMaskLab,
} from '../../store/studies/masklab.ts';

/** What the lab can work on now. */
export interface SubjectState {
  /** Names the weights; null while there are none. */
  readonly subject: string | null;
  /** The run is paused and its weights can be taken. */
  readonly takable: boolean;
  readonly gated: boolean;
  /** About these weights; none where those that are there are about others. */
  readonly findings: Findings;
  /** Nothing is under way. */
  readonly free: boolean;
}

export function useSubject(): SubjectState {
  const subject = usePlayground(({ run }) => subjectOf(run));
  const takable = usePlayground(({ run }) => couldTakeWeights(run));
  const gated = usePlayground(({ run }) => run !== null && hasGates(run.config));
  const found = useMaskLab((lab) => (lab.subject === subject ? lab.findings : NO_FINDINGS));
  const free = useMaskLab((lab) => lab.phase.kind !== 'working');
  return { subject, takable, gated, findings: found, free };
}

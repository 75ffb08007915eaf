import { RotateCw, TriangleAlert } from 'lucide-react';
import { usePlayground } from '../../store/playground.ts';
import { type Failure, type Interruption, isRestoring } from '../../store/run/run.ts';
import { Alert } from '../shell/Alert.tsx';
import { count } from '../shell/format.ts';
import { Remedies } from './Remedies.tsx';

const TITLES: Readonly<Record<Failure['reason'], string>> = {
  data: 'These images cannot be used',
  config: 'These settings cannot be trained',
  engine: 'The engine cannot be used',
  diverged: 'The run diverged',
  internal: 'Something broke',
};

/** Says what went wrong with the run or with an act of the user, and what the page did or the user can do. */
export function FailureAlert() {
  const failure = usePlayground(({ run }) => run?.failure ?? null);
  const interruption = usePlayground(({ run }) => (run && !run.failure ? run.interruption : null));
  const restoring = usePlayground(({ run }) => run !== null && isRestoring(run));
  const complaint = usePlayground((state) => state.complaint);
  const { dismiss, dismissInterruption } = usePlayground.getState();
  return (
    <>
      {failure && (
        <Alert kind="fault" icon={TriangleAlert}>
          <strong>{TITLES[failure.reason]}.</strong> {failure.message} {failure.advice}
          <Remedies trouble={failure.reason} />
        </Alert>
      )}
      {interruption && (
        <Alert kind="notice" icon={RotateCw} onDismiss={restoring ? undefined : dismissInterruption}>
          <strong>Interrupted at step {count(interruption.step)}.</strong> {interruption.reason}{' '}
          {outcome(interruption)}
        </Alert>
      )}
      {complaint && (
        <Alert kind="fault" icon={TriangleAlert} onDismiss={dismiss}>
          {complaint}
        </Alert>
      )}
    </>
  );
}

function outcome({ from }: Interruption): string {
  return from === null
    ? 'The engine is started again, and the run goes on from its last checkpoint.'
    : `The run went on from its checkpoint of step ${count(from)}; nothing that came later was kept.`;
}

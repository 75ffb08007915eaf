import { RotateCw, TriangleAlert, X } from 'lucide-react';
import { usePlayground } from '../../store/playground.ts';
import { type Failure, type Interruption, isRestoring } from '../../store/run/run.ts';
import { count } from '../shell/format.ts';

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
  const { dismiss, dismissInterruption, useTheRest } = usePlayground.getState();
  return (
    <>
      {failure && (
        <div className="alert" role="alert">
          <TriangleAlert size={18} aria-hidden />
          <div>
            <strong>{TITLES[failure.reason]}.</strong> {failure.message} {failure.advice}
          </div>
          {failure.canUseRest && (
            <button type="button" className="button" onClick={useTheRest}>
              Use the rest
            </button>
          )}
        </div>
      )}
      {interruption && (
        <div className="alert notice" role="status">
          <RotateCw size={18} aria-hidden />
          <div>
            <strong>Interrupted at step {count(interruption.step)}.</strong> {interruption.reason}{' '}
            {outcome(interruption)}
          </div>
          {!restoring && <Dismiss onClick={dismissInterruption} />}
        </div>
      )}
      {complaint && (
        <div className="alert" role="alert">
          <TriangleAlert size={18} aria-hidden />
          <div>{complaint}</div>
          <Dismiss onClick={dismiss} />
        </div>
      )}
    </>
  );
}

function outcome({ from }: Interruption): string {
  return from === null
    ? 'The engine is started again, and the run goes on from its last checkpoint.'
    : `The run went on from its checkpoint of step ${count(from)}; nothing that came later was kept.`;
}

function Dismiss({ onClick }: { readonly onClick: () => void }) {
  return (
    <button type="button" className="button quiet tiny" aria-label="Dismiss" onClick={onClick}>
      <X size={15} aria-hidden />
    </button>
  );
}

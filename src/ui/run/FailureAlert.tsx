import { TriangleAlert, X } from 'lucide-react';
import { usePlayground } from '../../store/playground.ts';
import type { Failure } from '../../store/run.ts';

const TITLES: Readonly<Record<Failure['reason'], string>> = {
  data: 'These images cannot be used',
  config: 'These settings cannot be trained',
  engine: 'The engine cannot be used',
  diverged: 'The run diverged',
  internal: 'Something broke',
};

/** What went wrong with the run, or with what was asked, and what to do. */
export function FailureAlert() {
  const failure = usePlayground(({ run }) => run?.failure ?? null);
  const complaint = usePlayground((state) => state.complaint);
  const dismiss = usePlayground((state) => state.dismiss);
  return (
    <>
      {failure && (
        <div className="alert" role="alert">
          <TriangleAlert size={18} aria-hidden />
          <div>
            <strong>{TITLES[failure.reason]}.</strong> {failure.message} {failure.advice}
          </div>
        </div>
      )}
      {complaint && (
        <div className="alert" role="alert">
          <TriangleAlert size={18} aria-hidden />
          <div>{complaint}</div>
          <button type="button" className="button quiet tiny" aria-label="Dismiss" onClick={dismiss}>
            <X size={15} aria-hidden />
          </button>
        </div>
      )}
    </>
  );
}

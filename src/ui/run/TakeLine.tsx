import { busy, type OrderState, useLaboratory } from '../../store/studies/laboratory.ts';
import { clock, percent } from '../shell/format.ts';

/** How far the laboratory is with a slice or with features, with a way out; or why there is none. */
export function TakeLine() {
  const slice = useLaboratory(({ orders }) => orders.slice);
  const features = useLaboratory(({ orders }) => orders.features);
  return (
    <>
      <Line kind="slice" what="Slice" state={slice} />
      <Line kind="features" what="Features" state={features} />
    </>
  );
}

interface LineProps {
  readonly kind: 'slice' | 'features';
  readonly what: string;
  readonly state: OrderState | undefined;
}

function Line({ kind, what, state }: LineProps) {
  if (!state) return null;
  const { phase } = state;
  if (phase.kind === 'failed') {
    return (
      <p className="fault" role="alert">
        {phase.message} {phase.advice}
      </p>
    );
  }
  if (!busy(state)) return null;
  const progress = phase.kind === 'running' ? phase.progress : null;
  const left = progress?.remainingMs ?? null;
  return (
    <div className="progress order">
      <div className="line">
        <span>
          {what}: {progress?.task ?? (phase.kind === 'waiting' ? 'waiting for the weights' : 'opening')},{' '}
          {percent(progress?.share ?? 0, 0)}
        </span>
        <span className="muted">{left === null ? '' : `about ${clock(left / 1000)} left`}</span>
        <button type="button" className="button tiny" onClick={() => useLaboratory.getState().cancel(kind)}>
          Cancel
        </button>
      </div>
      <progress max={1} value={progress?.share ?? 0} aria-label={what} />
    </div>
  );
}

import { newestOrder, orderName, useLaboratory } from '../../store/studies/laboratory.ts';
import { clock, percent } from '../shell/format.ts';

type Kind = Parameters<typeof newestOrder>[1][number];

interface OrderLineProps {
  /** The newest order of these kinds is shown. */
  readonly kinds: readonly Kind[];
  /** Name of the work, for the progress bar. */
  readonly what: string;
  /** True if the panel has its own button that cancels. */
  readonly cancelledElsewhere?: boolean;
}

/** Says how far the laboratory is with an order and lets the user cancel it, or says why it had no result. */
export function OrderLine({ kinds, what, cancelledElsewhere = false }: OrderLineProps) {
  const state = useLaboratory((laboratory) => newestOrder(laboratory, kinds));
  if (state === null) return null;
  const { order, phase } = state;
  switch (phase.kind) {
    case 'done':
      return null;
    case 'cancelled':
      return (
        <p className="small" role="status">
          Cancelled. What was encoded is kept for the next order.
        </p>
      );
    case 'failed':
      return (
        <p className="fault" role="alert">
          {phase.message} {phase.advice}
        </p>
      );
    case 'waiting':
    case 'running': {
      const progress = phase.kind === 'running' ? phase.progress : null;
      const left = progress?.remainingMs ?? null;
      const share = progress?.share ?? 0;
      return (
        <div className="progress order">
          <div className="line">
            <span>
              {phase.kind === 'waiting'
                ? 'Waiting for the weights: the session hands them out between two steps'
                : `${progress?.task ?? 'Opening the laboratory'}, ${percent(share, 0)}`}
            </span>
            <span className="muted">{left === null ? '' : `about ${clock(left / 1000)} left`}</span>
            {!cancelledElsewhere && (
              <button
                type="button"
                className="button tiny"
                onClick={() => useLaboratory.getState().cancel(orderName(order))}
              >
                Cancel
              </button>
            )}
          </div>
          <progress max={1} value={share} aria-label={what} />
        </div>
      );
    }
    default:
      return phase satisfies never;
  }
}

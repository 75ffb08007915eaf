import { type MaskLabPhase, useMaskLab } from '../../store/studies/masklab.ts';
import { clock, percent } from '../shell/format.ts';

type Kind = Extract<MaskLabPhase, { kind: 'working' }>['order'];

/** How far an order of one of these kinds is, with a way out; or why it ended without a result. */
export function OrderLine({ kinds }: { readonly kinds: readonly Kind[] }) {
  const phase = useMaskLab((lab) => lab.phase);
  const cancel = useMaskLab((lab) => lab.cancel);
  if (phase.kind === 'idle' || !kinds.includes(phase.order)) return null;
  if (phase.kind === 'failed') {
    return (
      <p className="fault" role="alert">
        {phase.message} {phase.advice}
      </p>
    );
  }
  const { task, share, remainingMs } = phase;
  return (
    <div className="progress order">
      <div className="line">
        <span>
          {task}, {percent(share, 0)}
        </span>
        <span className="muted">{remainingMs === null ? '' : `about ${clock(remainingMs / 1000)} left`}</span>
        <button type="button" className="button tiny" onClick={cancel}>
          Cancel
        </button>
      </div>
      <progress max={1} value={share} aria-label={task} />
    </div>
  );
}

import { useViews, type ViewsPhase } from '../../store/data/views.ts';
import { bytes } from '../shell/format.ts';

interface ViewsStatusProps {
  readonly phase: Exclude<ViewsPhase, { kind: 'open' }>;
  readonly again: () => void;
}

/** Says, while the preview has no images, how far it has read or why it has none. */
export function ViewsStatus({ phase, again }: ViewsStatusProps) {
  if (phase.kind === 'reading') {
    const { done, total } = phase;
    return (
      <div className="row views-status">
        <div className="progress">
          <span role="status">
            Reading images for the preview{total > 0 && `: ${bytes(done)} of ${bytes(total)}`}
          </span>
          <progress
            aria-label="Images for the preview"
            {...(total > 0 && { value: Math.min(done, total), max: total })}
          />
        </div>
        <button type="button" className="button" onClick={useViews.getState().close}>
          Cancel
        </button>
      </div>
    );
  }
  return (
    <div className="row views-status">
      {phase.kind === 'failed' ? (
        <p className="fault" role="alert">
          These images cannot be shown. {phase.message}
        </p>
      ) : (
        <p className="muted small">
          No images are read: the two views of any image of the chosen data show here.
        </p>
      )}
      <button type="button" className="button" onClick={again}>
        {phase.kind === 'failed' ? 'Try again' : 'Read the images'}
      </button>
    </div>
  );
}

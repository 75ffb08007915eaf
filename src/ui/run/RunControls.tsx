import { Flag, Pause, Play, RotateCcw, SkipForward } from 'lucide-react';
import {
  canEnd,
  inLastEvaluation,
  type Playground,
  underWay,
  usePlayground,
} from '../../store/playground.ts';
import { isRestoring } from '../../store/run/run.ts';
import { missingText, useSettings } from '../../store/settings.ts';

interface MainAction {
  readonly label: string;
  readonly icon: 'play' | 'pause';
  readonly disabled?: boolean;
}

function mainAction({ run, pausing }: Playground): MainAction {
  if (!run || !underWay(run)) return { label: 'Start', icon: 'play' };
  if (isRestoring(run)) return { label: 'Restoring…', icon: 'play', disabled: true };
  if (pausing) return { label: 'Pausing…', icon: 'pause', disabled: true };
  switch (run.state) {
    case 'paused':
      return { label: 'Resume', icon: 'play' };
    case 'training':
    case 'evaluating':
      return { label: 'Pause', icon: 'pause' };
    default:
      return { label: 'Loading…', icon: 'play', disabled: true };
  }
}

/** Start and pause, one step, reset, and the early end. */
export function RunControls() {
  const locked = usePlayground(({ run }) => underWay(run));
  const state = usePlayground(({ run }) => run?.state ?? 'idle');
  const present = usePlayground(({ run }) => run !== null);
  const label = usePlayground((playground) => mainAction(playground).label);
  const icon = usePlayground((playground) => mainAction(playground).icon);
  const waiting = usePlayground((playground) => mainAction(playground).disabled ?? false);
  const ending = usePlayground((playground) => playground.ending);
  const missing = useSettings(missingText);
  const endable = usePlayground(({ run }) => canEnd(run));
  const lastEvaluation = usePlayground(inLastEvaluation);
  const endWords = lastEvaluation
    ? 'End the last evaluation now, with the numbers so far'
    : 'End the run now and evaluate it';
  const { toggle, step, reset, finishNow } = usePlayground.getState();

  return (
    <div className="group">
      <button
        type="button"
        className="button primary"
        disabled={waiting || (missing !== null && !locked)}
        onClick={toggle}
        title={locked ? 'Space' : (missing ?? 'Space')}
      >
        {icon === 'play' ? <Play size={14} aria-hidden /> : <Pause size={14} aria-hidden />}
        {label}
      </button>
      <button
        type="button"
        className="button icon"
        aria-label="Step"
        disabled={locked ? state !== 'paused' : missing !== null}
        onClick={step}
        title="One step: →"
      >
        <SkipForward size={14} aria-hidden />
      </button>
      <button
        type="button"
        className="button icon"
        aria-label="Reset"
        disabled={!present}
        onClick={reset}
        title="Back to the start, same seed: R"
      >
        <RotateCcw size={14} aria-hidden />
      </button>
      {locked && (
        <button
          type="button"
          className={ending ? 'button quiet' : 'button icon'}
          aria-label={ending ? undefined : endWords}
          title={endWords}
          disabled={(ending && !lastEvaluation) || !endable}
          onClick={finishNow}
        >
          <Flag size={14} aria-hidden />
          {ending && (lastEvaluation ? 'Numbers so far' : 'Ending…')}
        </button>
      )}
    </div>
  );
}

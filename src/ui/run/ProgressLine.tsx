import { guessOf } from '../../store/data/source.ts';
import { useLongRuns } from '../../store/longRuns.ts';
import { usePlayground } from '../../store/playground.ts';
import { byProject, isRestoring, type RunState, stepsMade } from '../../store/run/run.ts';
import { methodName, missingText, type Settings, useSettings } from '../../store/settings.ts';
import { bytes, clock, count } from '../shell/format.ts';
import { trainingLeft } from './trainingLeft.ts';
import { whatNext } from './whatNext.ts';

/** How far the run is, in words and as a bar, with the training time that is left and what comes next. */
export function ProgressLine() {
  const text = usePlayground(({ run }) => textOf(run));
  const gentle = useLongRuns(({ pace }) => pace === 'gentle');
  const left = usePlayground(({ run }) => leftOf(run, gentle));
  const fault = usePlayground(({ run }) => run?.arriving?.fault ?? null);
  const next = usePlayground(({ run }) => nextOf(run));
  const planned = useSettings(plannedText);
  const share = usePlayground(({ run }) => shareOf(run));
  const recorded = usePlayground(({ run }) => byProject(run) !== null);
  return (
    <div className="progress" translate="no">
      <div className="line">
        <span>{text}</span>
        <span className="muted">{left}</span>
      </div>
      {/* A full bar would look like work that is done here. It keeps its place. */}
      <progress
        className={recorded ? 'unseen' : undefined}
        max={1}
        value={share}
        aria-label="Progress of the run"
      />
      <div className={fault === null ? 'next' : 'next fault'}>{fault ?? next ?? planned}</div>
    </div>
  );
}

const STATES: Readonly<Record<RunState['state'], string>> = {
  idle: 'ready',
  loading: 'loading',
  compiling: 'preparing the engine',
  training: 'training',
  pausing: 'pausing',
  paused: 'paused',
  evaluating: 'evaluating',
  interrupted: 'interrupted',
  finished: 'finished',
  failed: 'failed',
};

function textOf(run: RunState | null): string {
  if (!run) return 'Ready to start';
  const { progress, state, record, config } = run;
  const doing = run.arriving?.waits
    ? 'waiting for images'
    : progress
      ? `${progress.task}${amount(progress)}`
      : STATES[state];
  // The player tells its step. The run itself ended where it was recorded.
  if (byProject(run)) return 'A recorded run is shown';
  const activity = isRestoring(run) ? `restoring the run: ${doing}` : doing;
  if (!record.ready) return activity;
  const last = record.steps.at(-1);
  const perEpoch = record.ready.data.stepsPerEpoch;
  const epochs = perEpoch > 0 ? Math.ceil(config.steps / perEpoch) : null;
  return `${activity} · epoch ${(last?.epoch ?? 0) + 1}${epochs === null ? '' : `/${epochs}`} · step ${count(stepsMade(run))}/${count(config.steps)}`;
}

/** How many images are here, if not all are, and what comes next. */
function nextOf(run: RunState | null): string | null {
  const next = whatNext(run);
  if (!run?.arriving) return next;
  const { received, total } = run.arriving;
  const here = `${count(received)} of ${count(total)} images here`;
  return next === null ? here : `${here} · ${next}`;
}

function amount({ done, total, unit }: NonNullable<RunState['progress']>): string {
  if (unit === 'bytes') return total > 0 ? ` ${bytes(done)} of ${bytes(total)}` : ` ${bytes(done)}`;
  if (total <= 0) return done > 0 ? ` ${count(done)} ${unit}` : '';
  return ` ${count(done)}/${count(total)} ${unit}`;
}

/** What Start would begin. */
function plannedText(settings: Settings): string {
  const missing = missingText(settings);
  if (missing !== null) return missing;
  const { config, source } = settings;
  return `Start trains: ${methodName(config.system)}, ${guessOf(source).words}, ${count(config.steps)} steps`;
}

function leftOf(run: RunState | null, gentle: boolean): string {
  const left = run && trainingLeft(run);
  // A gentle session rests as long as it works.
  return left === null ? '' : `${clock(((gentle ? 2 : 1) * left) / 1000)} of training left`;
}

function shareOf(run: RunState | null): number {
  if (!run) return 0;
  if (run.progress && run.progress.total > 0 && !run.record.ready)
    return run.progress.done / run.progress.total;
  return Math.min(1, stepsMade(run) / run.config.steps);
}

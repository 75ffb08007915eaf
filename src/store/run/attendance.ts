import { showNotice } from '../../platform/notices.ts';
import { ScreenLock } from '../../platform/screenLock.ts';
import { grouped } from '../grouped.ts';
import { useLongRuns } from '../longRuns.ts';
import { usePlayground } from '../playground.ts';
import { entryName } from '../runs/libraryRows.ts';
import { type RunState, stepsMade } from './run.ts';
import { underWay } from './runStates.ts';

const NAME = 'DualGate';

/**
 * Attends to runs that take long: keeps the screen on while one trains and the page is seen, tells its
 * progress in the title of the page, and its end by a notice if nobody sees the page.
 * @returns ends it
 */
export function attendToRuns(): () => void {
  const lock = new ScreenLock();
  let wanted = false;

  function keepAwake(): void {
    const next = useLongRuns.getState().awake && computes(usePlayground.getState().run) && !document.hidden;
    if (next !== wanted) lock.want(next);
    wanted = next;
  }

  function heed(run: RunState | null, before: RunState | null): void {
    if (run === before) return;
    const title = titleOf(run);
    if (document.title !== title) document.title = title;
    if (run?.state === before?.state && run?.run === before?.run) return;
    keepAwake();
    const ended = run?.run === before?.run && underWay(before) && !underWay(run);
    // A run of a sweep makes room for the next one.
    if (ended && run?.state === 'finished' && !usePlayground.getState().budgetHeld)
      void import('../studies/dial.ts').then(({ calibrateEnded }) => calibrateEnded(run.run));
    if (ended && run && document.hidden && useLongRuns.getState().notice)
      showNotice(endOf(run), entryName({ name: null, config: run.config }));
  }

  const ends = [
    usePlayground.subscribe(({ run }, before) => heed(run, before.run)),
    useLongRuns.subscribe(keepAwake),
  ];
  document.addEventListener('visibilitychange', keepAwake);
  heed(usePlayground.getState().run, null);
  return () => {
    for (const end of ends) end();
    document.removeEventListener('visibilitychange', keepAwake);
    lock.want(false);
    document.title = NAME;
  };
}

/** Whether the machine works on the run. */
function computes(run: RunState | null): boolean {
  return underWay(run) && run?.state !== 'paused';
}

/** The title of the page: how far its run is. Of a run that was not trained here, only the page's name. */
export function titleOf(run: RunState | null): string {
  if (run?.origin.kind !== 'here') return NAME;
  const { state, config } = run;
  if (state === 'failed') return `failed · ${NAME}`;
  if (state === 'finished') return `done · ${NAME}`;
  const share = `${Math.floor((100 * stepsMade(run)) / config.steps)} %`;
  return `${state === 'paused' ? `paused at ${share}` : share} · ${NAME}`;
}

function endOf(run: RunState): string {
  const steps = grouped(stepsMade(run));
  if (run.state === 'failed') return `${NAME}: the run failed after ${steps} steps`;
  return `${NAME}: the run has ended after ${steps} steps`;
}

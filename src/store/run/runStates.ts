import type { SessionState } from '../../run/protocol.ts';
import { type RunState, stepsMade } from './run.ts';

const UNDER_WAY: ReadonlySet<SessionState> = new Set([
  'loading',
  'compiling',
  'training',
  'pausing',
  'paused',
  'evaluating',
  'interrupted',
]);

/** Whether the run trains in this tab and has not ended. */
export function underWay(run: RunState | null): boolean {
  return run !== null && run.origin.kind === 'here' && UNDER_WAY.has(run.state);
}

/**
 * States in which a run can be ended. Evaluations are among them: with short epochs the state changes several
 * times a second, and a button that is disabled in every second one swallows the click.
 */
const ENDS: ReadonlySet<SessionState> = new Set(['training', 'pausing', 'paused', 'evaluating']);

/**
 * Whether ending the run now makes a difference and gives results. Before the first step there is nothing to
 * evaluate. After the last one the final evaluation can be ended, which then keeps the numbers so far.
 */
export function canEnd(run: RunState | null): boolean {
  if (run === null || run.origin.kind !== 'here' || !ENDS.has(run.state)) return false;
  const made = stepsMade(run);
  return made > 0 && (made < run.config.steps || run.state === 'evaluating');
}

/** Whether the weights of the run are at hand or can be asked for. */
export function canExport(run: RunState | null): boolean {
  if (!run?.record.ready) return false;
  if (run.record.weights) return true;
  return run.origin.kind === 'here' && !['loading', 'compiling', 'interrupted', 'failed'].includes(run.state);
}

/** Whether the evaluation that is under way is the last one. @param ending whether the user ended the run */
export function inLastEvaluation({
  run,
  ending,
}: {
  readonly run: RunState | null;
  readonly ending: boolean;
}): boolean {
  if (run === null || run.origin.kind !== 'here' || run.state !== 'evaluating') return false;
  return ending || stepsMade(run) >= run.config.steps;
}

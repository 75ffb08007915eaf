import type { SessionState } from '../../run/protocol.ts';
import type { RunState } from './run.ts';

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

/** Whether the weights of the run are at hand or can be asked for. */
export function canExport(run: RunState | null): boolean {
  if (!run?.record.ready) return false;
  if (run.record.weights) return true;
  return run.origin.kind === 'here' && !['loading', 'compiling', 'interrupted', 'failed'].includes(run.state);
}

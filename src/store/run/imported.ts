import type { RunState } from './run.ts';

/** Whether the run on the page consists only of weights from a file. */
export function isImported(run: RunState | null): boolean {
  return run?.origin.kind === 'opened' && run.record.weights !== null && run.record.steps.length === 0;
}

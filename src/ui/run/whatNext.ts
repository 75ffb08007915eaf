import { type RunState, stepsMade } from '../../store/run/run.ts';
import { count } from '../shell/format.ts';

/** What the run on the page will do next, in words; null if it will do nothing more by itself. */
export function whatNext(run: RunState | null): string | null {
  if (run?.origin.kind !== 'here' || run.record.final || run.state === 'failed') return null;
  const { ready } = run.record;
  if (!ready) return 'then the first step';
  const { steps, evaluateEvery } = run.config;
  const made = stepsMade(run);
  if (made >= steps) return 'then the run ends';
  if (run.state === 'evaluating') return `then training from step ${count(made + 1)}`;
  // Evaluations of early steps may come before this one.
  const period = Math.max(1, evaluateEvery * ready.data.stepsPerEpoch);
  const next = (Math.floor(made / period) + 1) * period;
  return next < steps
    ? `next evaluation by step ${count(next)}`
    : `last evaluation after step ${count(steps)}`;
}

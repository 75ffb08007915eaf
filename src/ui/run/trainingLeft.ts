import { type RunState, stepsMade } from '../../store/run/run.ts';

/** Number of steps whose time is taken. It is small, because the speed changes as tabs open and close. */
const RECENT = 20;

/**
 * Milliseconds of training that are left; null where nothing is known, or nothing is to be trained. It is the
 * median of the recent steps that counts: a computer that slept for an hour made one step of an hour.
 */
export function trainingLeft(run: RunState): number | null {
  if (run.origin.kind !== 'here' || run.record.final || run.state === 'failed') return null;
  const recent = run.record.steps.slice(-RECENT).map(({ ms }) => ms);
  if (recent.length === 0) return null;
  const sorted = recent.sort((a, b) => a - b);
  const median = sorted[Math.floor((sorted.length - 1) / 2)]!;
  return (run.config.steps - stepsMade(run)) * median;
}

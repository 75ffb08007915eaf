import { Cpu } from 'lucide-react';
import { byProject, type RunState } from '../../store/run/run.ts';
import { figure } from '../shell/format.ts';
import { useSampled } from '../shell/useSampled.ts';

/** The engine and its speed, in the header. */
export function DeviceChip() {
  const engine = useSampled((run) => (byProject(run) ? null : (run?.record.ready?.engine?.name ?? null)), 0);
  const speed = useSampled(speedOf, 0);
  return (
    <span className="badge" title="Engine, and training images per second over the last ten steps">
      <Cpu size={13} aria-hidden />
      {engine ?? 'engine chosen at start'}
      {speed !== null && <span className="muted">{figure(speed)} images/s</span>}
    </span>
  );
}

function speedOf(run: RunState | null): number | null {
  const recent = run?.record.steps.slice(-10) ?? [];
  // The speed of the machine that recorded the run says nothing about this one.
  if (!run || recent.length === 0 || byProject(run)) return null;
  const ms = recent.reduce((sum, row) => sum + row.ms, 0);
  return Number(((1000 * run.config.batch * recent.length) / ms).toPrecision(3));
}

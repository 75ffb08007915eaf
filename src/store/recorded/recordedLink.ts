import type { SystemId } from '../../config.ts';
import { isRecordedSystem, RECORDED_SYSTEMS } from '../../recorded/systems.ts';

/** A moment of a recorded run, as a link names it. */
export interface RecordedMoment {
  readonly system: SystemId;
  /** The step that is shown; null if the run plays. */
  readonly step: number | null;
}

/** The part of a link after “#”. */
export function recordedLink({ system, step }: RecordedMoment): string {
  const said = new URLSearchParams({ recorded: system });
  if (step !== null) said.set('step', String(step));
  return said.toString();
}

/**
 * The recorded run that a link names; null if it names none, and carries settings instead. A text that says
 * why such a link cannot be used.
 */
export function recordedOfLink(hash: string): RecordedMoment | string | null {
  const said = new URLSearchParams(hash.replace(/^#/, ''));
  const system = said.get('recorded');
  if (system === null) return null;
  if (!isRecordedSystem(system)) {
    return `It names a recorded run that this page does not have: expected one of ${RECORDED_SYSTEMS.join(', ')}, got “${system.slice(0, 40)}”.`;
  }
  const step = said.get('step');
  if (step !== null && !/^\d{1,7}$/.test(step))
    return `Its “step” must be a whole number, got “${step.slice(0, 40)}”.`;
  const unknown = [...said.keys()].find((key) => key !== 'recorded' && key !== 'step');
  if (unknown !== undefined) return `It has a part that this page does not know: “${unknown.slice(0, 40)}”.`;
  return { system, step: step === null ? null : Number(step) };
}

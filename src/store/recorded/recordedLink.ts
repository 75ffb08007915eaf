import type { SystemId } from '../../config.ts';
import { isRecordedSystem, RECORDED_SYSTEMS } from '../../recorded/systems.ts';
import { type Place, placeOfLink, sayPlace } from '../../run/links/momentLink.ts';

/** A moment of a recorded run, as a link names it. */
export interface RecordedMoment extends Place {
  readonly system: SystemId;
}

/** The part of a link after “#”. */
export function recordedLink({ system, ...place }: RecordedMoment): string {
  const said = new URLSearchParams({ recorded: system });
  sayPlace(said, place);
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
  const place = placeOfLink(said, 'recorded');
  return typeof place === 'string' ? place : { system, ...place };
}

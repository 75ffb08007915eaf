import type { GatesAt } from '../../store/run/dial/dialStops.ts';
import { percent, signed } from '../shell/format.ts';

/** What is said beside a title while the dial is turned: the next order takes the gates from there. */
export function dialAside(at: GatesAt | null): string | undefined {
  return at === null ? undefined : `dial at ${percent(at.budget, 0)}: with its gates`;
}

/** With which gates a result was found, after the words before: “, gates shifted by δ = −0.42”. */
export function shiftWords(gateShift: number | null): string {
  return gateShift ? `, gates shifted by δ = ${signed(gateShift, 2)}` : '';
}

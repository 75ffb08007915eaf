import type { Shown } from '../../store/run/shown.ts';
import { percent } from '../shell/format.ts';

/** Where the dial stands: “dial at 30 %”. Nothing while the run is shown as it was trained. */
export function dialWords(turned: Shown['turned']): string {
  return turned === null ? '' : `dial at ${percent(turned.point.budget, 0)}`;
}

/** Parts of a line beside a title, without the empty ones. */
export function joined(...parts: readonly string[]): string {
  return parts.filter(Boolean).join(' · ');
}

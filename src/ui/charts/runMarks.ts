import type { OverlaidRun } from '../../store/runs/overlay.ts';
import type { Curve } from './curves.ts';

/** What distinguishes the lines of an overlaid run from those of others. */
export interface RunMark {
  /** The same on every chart, because charts of several curves use colours to distinguish the curves. */
  readonly dash: string;
  /** Colour of the run on charts that have only one curve. */
  readonly color: string;
  /** The same colour of the light theme, for a field that takes no other form. */
  readonly hex: string;
}

const MARKS: readonly RunMark[] = [
  { dash: '7 3', color: 'var(--run-1)', hex: '#c2185b' },
  { dash: '2 2', color: 'var(--run-2)', hex: '#00838f' },
  { dash: '9 3 2 3', color: 'var(--run-3)', hex: '#8d6e00' },
  { dash: '13 4', color: 'var(--run-4)', hex: '#5e35b1' },
  { dash: '5 2 2 2 2 2', color: 'var(--run-5)', hex: '#4b7d27' },
  { dash: '4 5', color: 'var(--run-6)', hex: '#6d4c41' },
];

export function markOf(place: number): RunMark {
  return MARKS[place % MARKS.length]!;
}

/** Gives the only curve of a chart the colour of its run: the user's, or that of its place. */
export function inRunColor(curve: Curve, { place, color }: Pick<OverlaidRun, 'place' | 'color'>): Curve {
  return { ...curve, color: color ?? markOf(place).color };
}

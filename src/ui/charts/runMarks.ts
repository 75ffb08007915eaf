import type { Curve } from './curves.ts';

/** What distinguishes the lines of an overlaid run from those of others. */
export interface RunMark {
  /** The same on every chart, because charts of several curves use colours to distinguish the curves. */
  readonly dash: string;
  /** Colour of the run on charts that have only one curve. */
  readonly color: string;
}

const MARKS: readonly RunMark[] = [
  { dash: '7 3', color: 'var(--run-1)' },
  { dash: '2 2', color: 'var(--run-2)' },
  { dash: '9 3 2 3', color: 'var(--run-3)' },
  { dash: '13 4', color: 'var(--run-4)' },
  { dash: '5 2 2 2 2 2', color: 'var(--run-5)' },
  { dash: '4 5', color: 'var(--run-6)' },
];

export function markOf(place: number): RunMark {
  return MARKS[place % MARKS.length]!;
}

/** Gives the only curve of a chart the colour of its run. */
export function inRunColor(curve: Curve, place: number): Curve {
  return { ...curve, color: markOf(place).color };
}

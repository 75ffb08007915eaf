import { type Axis, shareAt } from './axis.ts';

/** The step, and the curves' numbers at it by their keys. NaN if a curve has no number there. */
export type Point = Readonly<Record<string, number>> & { readonly step: number };

/** How one curve of a chart looks; `key` names its number in each point. */
export interface Curve {
  readonly key: string;
  readonly label: string;
  readonly color: string;
  readonly dashed?: boolean;
  /** The raw values of a smoothed curve. They are drawn behind it and left out of the legend. */
  readonly faint?: boolean;
  /** Marks each point, for curves of few points. */
  readonly dots?: boolean;
  /** The line goes on across points where the curve has no value. */
  readonly joined?: boolean;
  /** The value has held since the point before, as a setting does that the step was made with. */
  readonly stepped?: boolean;
}

/** A value that a chart compares its curves with: a floor or a budget. */
export interface Level {
  readonly key: string;
  readonly label: string;
  readonly value: number;
  readonly color: string;
}

/** Something that happened after a step. */
export interface Flag {
  readonly step: number;
  readonly label: string;
}

/** A flag with its place on the chart. */
export interface PlacedFlag extends Flag {
  /** Distance of its line from the left edge of the plot, pixels. */
  readonly x: number;
  /** Where its label stands beside the line. 'none': the label would cover a later one, and is left out. */
  readonly side: 'left' | 'right' | 'none';
}

/** Width of a character of a label, and free room around a label, pixels. */
const CHARACTER = 5.4;
const APART = 8;

/**
 * Places labels beside their lines within the plot, all in one row above it. No label covers another: where
 * there is no room for all of them, the later ones stay, because they say what holds now.
 * @param axis the axis of the steps; flags outside of it are left out
 * @param width of the plot, pixels
 */
export function placeFlags(flags: readonly Flag[], axis: Axis, width: number): PlacedFlag[] {
  let free = width;
  const placed: PlacedFlag[] = [];
  for (const flag of flags.toReversed()) {
    if (flag.step < axis.from || flag.step > axis.to) continue;
    const x = shareAt(axis, flag.step) * width;
    const room = CHARACTER * flag.label.length + APART;
    const side = x + room <= free ? 'right' : x <= free && x - room >= 0 && free === width ? 'left' : 'none';
    if (side !== 'none') free = side === 'right' ? x : x - room;
    placed.unshift({ ...flag, x, side });
  }
  return placed;
}

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

/**
 * A flag with the place of its label: the side of its line, and how many lines of text it is below the top.
 */
export interface PlacedFlag extends Flag {
  readonly side: 'left' | 'right';
  readonly row: number;
}

/** Values that differ by less, relative to their size, are one value: a mean of a number rounds it. */
const ROUNDING = 1e-9;

/** The ends of a chart's vertical axis. */
export type Range = readonly [number | 'auto', number | 'auto'];

/**
 * The ends of an axis, with room around a value that is the only one. The chart library gives a range without
 * extent the same tick several times, and of equal ticks React leaves some on the chart for good.
 * @param values what is drawn; those that are not finite do not count
 * @param log whether the axis is logarithmic
 */
export function rangeOf(values: Iterable<number>, asked: Range, log: boolean): Range {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  const isOne = lowest <= highest && highest - lowest <= ROUNDING * Math.abs(highest);
  if (!isOne || asked.some((end) => end !== 'auto' && end !== lowest)) return asked;
  if (log) return lowest > 0 ? [lowest / 2, 2 * lowest] : asked;
  return lowest === 0 ? [0, 1] : [lowest - Math.abs(lowest) / 10, lowest + Math.abs(lowest) / 10];
}

/** Width of a label as a share of the chart's width. It is a little more than the narrowest chart needs. */
const LABEL = 0.3;
const ROWS = 4;

/**
 * Places labels beside their lines and within the chart's edges. While there are free rows, no label covers
 * another.
 * @param last the step at the chart's right edge
 */
export function placeFlags(flags: readonly Flag[], last: number): PlacedFlag[] {
  const span = Math.max(last, 1);
  const ends: number[] = Array.from({ length: ROWS }, () => Number.NEGATIVE_INFINITY);
  return flags.map((flag) => {
    const at = flag.step / span;
    const side = at + LABEL > 1 ? 'left' : 'right';
    const start = side === 'left' ? at - LABEL : at;
    const free = ends.findIndex((end) => end <= start);
    // If no row is free, the new label covers the one that ends first.
    const row = free >= 0 ? free : ends.indexOf(Math.min(...ends));
    ends[row] = start + LABEL;
    return { ...flag, side, row };
  });
}

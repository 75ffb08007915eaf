/** What is drawn over one step: the step, and the numbers of the curves by their keys. NaN where there is none. */
export type Point = Readonly<Record<string, number>> & { readonly step: number };

/** How one curve of a chart looks; `key` names its number in each point. */
export interface Curve {
  readonly key: string;
  readonly label: string;
  readonly color: string;
  readonly dashed?: boolean;
  /** Drawn behind and left out of the legend: the raw values of a smoothed curve. */
  readonly faint?: boolean;
  /** Marks each point: few points. */
  readonly dots?: boolean;
  /** Goes on across points where it has no value. */
  readonly joined?: boolean;
  /** Has had its value since the point before: a setting that a step was made under. */
  readonly stepped?: boolean;
}

/** A value that a chart compares with: a floor, a target. */
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

/** Where the label of a flag is written: on which side of its line, and how many lines of text below the top. */
export interface PlacedFlag extends Flag {
  readonly side: 'left' | 'right';
  readonly row: number;
}

/** Width of a label, as a share of the chart's; a little more than it takes in the narrowest chart. */
const LABEL = 0.3;
const ROWS = 4;

/**
 * Labels beside their lines, none beyond the chart's edges, and as long as there are rows none over another.
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
    // Without a free row, the one whose label ends first is written over.
    const row = free >= 0 ? free : ends.indexOf(Math.min(...ends));
    ends[row] = start + LABEL;
    return { ...flag, side, row };
  });
}

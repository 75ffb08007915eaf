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
  /** Keeps its value until the next point. */
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

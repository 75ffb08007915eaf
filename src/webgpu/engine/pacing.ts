import type { Dispatch } from '../kernels/kernel.ts';
import { cutEvenly, layerRuns } from './cuts.ts';

// A GPU that draws the desktop does one submit after the other. A long one freezes the screen, and after some
// seconds the system resets the GPU. So a long program is handed over in several submits.

/** Decides in how many submits a program is handed over. The results are the same, bit for bit. */
export interface Pacing {
  /** Index of the dispatch after the last one of each submit, ascending. */
  readonly ends: readonly number[];
  /**
   * Takes in how long the submits of one turn took.
   * @param ms of each, in the order of `ends`
   */
  took(ms: readonly number[]): void;
}

/** Makes the pacing of a program. */
export type Pace = (dispatches: readonly Pick<Dispatch, 'of'>[]) => Pacing;

/** A program that takes no longer is one submit, milliseconds. */
const LONGEST_WHOLE = 100;
/** What a submit of a longer one should take, milliseconds. Costs of layers are estimates, so it is less. */
const GOAL = 50;
/** Submits whose mean is between these shares of the goal are left as they are. */
const KEPT = [0.5, 1.5] as const;
/** Submits before anything was timed. A step of 16 s on an unknown GPU is then not reset after 2 s. */
const FIRST_PARTS = 8;
/** Turns whose middle decides. One that came with compiling or beside other work decides nothing. */
const TURNS = 3;
/** No part counts as less of the whole time: two fences may be heard of at the same moment. */
const LEAST_SHARE = 0.01;

/** Cuts a program by the time that it takes, between layers. */
export class TimedPacing implements Pacing {
  #ends: readonly number[];
  #parts = FIRST_PARTS;
  readonly #runs;
  /** What each run of a layer costs beside the others: its dispatches at first, then what was measured. */
  readonly #costs: number[];
  readonly #turns: number[] = [];

  constructor(dispatches: readonly Pick<Dispatch, 'of'>[]) {
    this.#runs = layerRuns(dispatches);
    this.#costs = this.#runs.map((run) => run.dispatches);
    this.#ends = this.#cut();
  }

  get ends(): readonly number[] {
    return this.#ends;
  }

  took(ms: readonly number[]): void {
    this.#turns.push(ms.reduce((sum, part) => sum + part, 0));
    if (this.#turns.length > TURNS) this.#turns.shift();
    this.#weigh(ms);
    if (this.#turns.length === TURNS) this.#parts = partsFor(this.#turns, this.#parts);
    this.#ends = this.#cut();
  }

  #cut(): number[] {
    return cutEvenly(this.#costs, this.#parts).map((runs) => this.#runs[runs - 1]!.end);
  }

  /**
   * Moves the costs of the runs in each part towards the share of the time that the part took. Halfway in
   * logarithms: fences come late now and then, and make one part long and the next one short.
   */
  #weigh(ms: readonly number[]): void {
    const total = ms.reduce((sum, part) => sum + part, 0);
    const costs = this.#costs.reduce((sum, cost) => sum + cost, 0);
    let run = 0;
    this.#ends.forEach((end, part) => {
      const first = run;
      while (run < this.#runs.length && this.#runs[run]!.end <= end) run++;
      const share = this.#costs.slice(first, run).reduce((sum, cost) => sum + cost, 0) / costs;
      const factor = Math.sqrt(Math.max(ms[part]!, LEAST_SHARE * total) / (share * total));
      if (!Number.isFinite(factor)) return;
      for (let i = first; i < run; i++) this.#costs[i]! *= factor;
    });
  }
}

/** Number of parts for a program that took `turns`, ms each, in `parts` parts. */
function partsFor(turns: readonly number[], parts: number): number {
  const ms = turns.toSorted((a, b) => a - b)[Math.floor(turns.length / 2)]!;
  const [least, most] = parts === 1 ? [0, LONGEST_WHOLE] : [KEPT[0] * GOAL * parts, KEPT[1] * GOAL * parts];
  if (ms >= least && ms <= most) return parts;
  return ms <= LONGEST_WHOLE ? 1 : Math.ceil(ms / GOAL);
}

/** Always the same number of submits, or fewer where there are fewer layers. */
export function inParts(parts: number): Pace {
  return (dispatches) => {
    const runs = layerRuns(dispatches);
    const costs = runs.map((run) => run.dispatches);
    return { ends: cutEvenly(costs, parts).map((count) => runs[count - 1]!.end), took() {} };
  };
}

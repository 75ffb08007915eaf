import type { Dispatch } from '../kernels/kernel.ts';

/** Consecutive dispatches of one layer. A program is cut between such runs only. */
export interface LayerRun {
  /** Index of the dispatch after its last one. */
  readonly end: number;
  readonly dispatches: number;
}

/** The layers of a program in order. A layer that comes back later begins a run of its own. */
export function layerRuns(dispatches: readonly Pick<Dispatch, 'of'>[]): LayerRun[] {
  const starts = dispatches.flatMap(({ of }, i) => (i === 0 || of !== dispatches[i - 1]!.of ? [i] : []));
  return starts.map((start, i) => {
    const end = starts[i + 1] ?? dispatches.length;
    return { end, dispatches: end - start };
  });
}

/**
 * Cuts a sequence into at most `parts` parts of about equal cost: each cut is where the sum of the costs so
 * far is nearest to its share.
 * @param costs positive, in any unit
 * @returns how many come before the end of each part, ascending; the last is their number. No part is empty,
 * so there are fewer parts where one of them costs more than a share.
 */
export function cutEvenly(costs: readonly number[], parts: number): number[] {
  let sum = 0;
  const sums = costs.map((cost) => {
    sum += cost;
    return sum;
  });
  const ends = new Set<number>();
  for (let part = 1; part <= parts; part++) {
    const share = (sum * part) / parts;
    const off = sums.map((upTo) => Math.abs(upTo - share));
    ends.add(1 + off.indexOf(Math.min(...off)));
  }
  return [...ends];
}

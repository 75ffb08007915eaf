import type { RunSet } from './runSetFile.ts';
import { mayShareImages, type RunSummary } from './runSummary.ts';

/**
 * All runs of some sets, in their order; a run that is in several comes once. Runs of equal settings with
 * other results, such as those of two engines, all stay.
 */
export function mergedSets(first: RunSet, ...others: readonly RunSet[]): RunSet {
  const sets = [first, ...others];
  const runs: RunSummary[] = [];
  const byId = new Map<string, RunSummary[]>();
  for (const run of sets.flatMap((set) => set.runs)) {
    // Few test images can give equal results on other data, and the id tells settings and results only.
    const alike = byId.get(run.id) ?? [];
    if (alike.some(({ data }) => mayShareImages(data, run.data))) continue;
    byId.set(run.id, [...alike, run]);
    runs.push(run);
  }
  return {
    ...first,
    recordedOn: [...new Set(sets.flatMap(({ recordedOn }) => recordedOn.split('; ')))].join('; '),
    runs,
  };
}

/** One of some equal parts of a sweep. */
export interface Shard {
  /** From 1 to `count`. */
  readonly index: number;
  readonly count: number;
}

/**
 * The runs of a shard. They are dealt out one by one, because neighbours in a plan take about equally long.
 */
export function shardOf<T>(plan: readonly T[], { index, count }: Shard): T[] {
  return plan.filter((_, i) => i % count === index - 1);
}

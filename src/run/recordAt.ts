import { branchEntries, type UsageRow } from '../metrics.ts';
import { networkOf } from '../network/fromConfig.ts';
import { usageRow } from '../statistics/gateUsage.ts';
import type { MapGates, Moment } from './moments.ts';
import type { RunRecord } from './record.ts';

/**
 * A run as it stood after `step` steps: curves, evaluations, budgets, maps and gates. Where no map so early
 * was kept, the earliest one stands in, and tells its own step. Weights stay those of the newest step.
 */
export function recordAt(record: RunRecord, step: number): RunRecord {
  if (step >= (record.steps.at(-1)?.step ?? 0)) return record;
  const until = <Row extends { readonly step: number }>(rows: readonly Row[]): readonly Row[] =>
    rows.filter((row) => row.step <= step);
  return {
    ...record,
    steps: until(record.steps),
    epochs: until(record.epochs),
    gradients: until(record.gradients),
    budgets: until(record.budgets),
    diverged: null,
    usage: record.usage && record.usage.step <= step ? record.usage : untrainedUsage(record),
    maps: mapsAt(record, step),
    mapGates: keptAt(record.moments, step, ({ gates }) => gates) ?? record.mapGates,
    mapNearest: keptAt(record.moments, step, ({ nearest }) => nearest) ?? record.mapNearest,
    cautions: [],
    dial: null,
    final: null,
    stoppedEarly: false,
  };
}

function mapsAt({ maps: newest, moments }: RunRecord, step: number): RunRecord['maps'] {
  return Object.fromEntries(
    branchEntries(newest).map(([branch, map]) => [
      branch,
      keptAt(moments, step, ({ maps }) => maps[branch]) ?? map,
    ]),
  );
}

/** What the newest moment until `step` that has it kept; else the first that has it; null if none has it. */
function keptAt<T>(
  moments: readonly Moment[],
  step: number,
  read: (moment: Moment) => T | null | undefined,
): T | null {
  const until = moments.findLast((moment) => moment.step <= step && read(moment));
  const moment = until ?? moments.find(read);
  return (moment && read(moment)) ?? null;
}

const known = new WeakMap<MapGates, UsageRow>();

/**
 * What the gates of the untrained network open. Evaluations of trained steps have a row that tells it; before
 * the first of them, the gates of the map images do. Null if they were not kept.
 */
function untrainedUsage({ ready, moments }: RunRecord): UsageRow | null {
  const gates = moments[0]?.gates ?? null;
  if (ready === null || gates === null || gates.step !== 0) return null;
  const usage =
    known.get(gates) ?? usageRow(networkOf(ready.config, ready.data.size), gates.blocks, gates.step);
  known.set(gates, usage);
  return usage;
}

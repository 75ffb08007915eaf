import type { Branch, EpochRow } from '../../../metrics.ts';
import type { Dial, DialPoint } from '../../../run/dial.ts';
import type { RunRecord } from '../../../run/record.ts';
import { type RunState, stepsMade } from '../run.ts';

export type { CurvePoint, Dial, DialPoint } from '../../../run/dial.ts';

/** A point of the dial, and the dial that it belongs to. */
export interface Turned {
  readonly dial: Dial;
  readonly point: DialPoint;
}

/** The branch that a point of the dial stands for. */
export function dialBranch({ setting }: Pick<DialPoint, 'setting'>): Branch {
  if (setting.kind === 'shift') return 'gated';
  return setting.width >= 1 ? 'dense' : `slim${Math.round(100 * setting.width)}`;
}

/** Whether the dial was made of the network as it stands now. A run that trains on leaves its dial behind. */
export function isOf(dial: Dial, run: RunState): boolean {
  return dial.step === stepsMade(run);
}

/**
 * The run as figures show it at a point of its dial: its last evaluation, its gates and its maps are those of
 * the point. Curves of training stay, and so does the dense branch, which no gate changes. What nobody
 * measured at the point is unknown there, even where it is known of the run as it was trained.
 */
export function runOnDial(run: RunState, { dial, point }: Turned): RunState {
  const branch = dialBranch(point);
  const { record } = run;
  const { [branch]: _map, ...others } = record.maps;
  const final = record.final && { ...record.final, correct: without(record.final.correct, branch) };
  return {
    ...run,
    budget: point.budget,
    record: {
      ...record,
      epochs: [...record.epochs.filter(({ step }) => step !== dial.step), evaluationAt(run, dial, point)],
      usage: null,
      maps: { ...others, ...point.moment?.maps },
      mapGates: point.moment?.gates ?? null,
      mapNearest: nearestAt(record, branch, point),
      final,
    },
  };
}

/** The evaluation of the point, with what the run's own evaluation of that step says of other branches. */
function evaluationAt({ record }: RunState, { step, sample }: Dial, point: DialPoint): EpochRow {
  const branch = dialBranch(point);
  const own = record.epochs.findLast((row) => row.step === step);
  const accuracies = own?.knn20 ?? { gated: null, dense: null };
  const errors = own?.sample?.standardError ?? { gated: null, dense: null };
  return {
    epoch: own?.epoch ?? record.steps.at(-1)?.epoch ?? 0,
    step,
    knn20: put(accuracies, branch, point.knn20),
    macRatio: point.setting.kind === 'shift' ? point.macRatio : null,
    channelUsage: point.channelUsage,
    sample: { ...sample, standardError: put(errors, branch, point.standardError) },
  };
}

/** The numbers of the branches with another one for this branch. Widths without a number have none. */
function put(values: EpochRow['knn20'], branch: Branch, value: number | null): EpochRow['knn20'] {
  if (branch === 'gated' || branch === 'dense') return { ...values, [branch]: value };
  return value === null ? values : { ...values, [branch]: value };
}

/** The neighbours at the point. Those of other branches stay, if they are of as many images. */
function nearestAt(
  { mapNearest }: RunRecord,
  branch: Branch,
  { moment }: DialPoint,
): RunRecord['mapNearest'] {
  const nearest = moment?.nearest ?? null;
  if (mapNearest === null) return nearest;
  const kept = { ...mapNearest, branches: without(mapNearest.branches, branch) };
  if (nearest === null) return kept;
  if (nearest.count !== mapNearest.count) return nearest;
  return { ...kept, branches: { ...kept.branches, ...nearest.branches } };
}

function without<T>(
  values: Readonly<Partial<Record<Branch, T>>>,
  branch: Branch,
): Readonly<Partial<Record<Branch, T>>> {
  const { [branch]: _, ...others } = values;
  return others;
}

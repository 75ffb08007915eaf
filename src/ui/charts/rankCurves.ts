import {
  type Branch,
  type EpochRow,
  type Floors,
  RANK_NAMES,
  RANKS,
  type Rank,
  type Ranks,
  rankedBranches,
} from '../../metrics.ts';
import type { StepRange } from '../../store/run/selection.ts';
import { POINT_LIMIT } from '../../store/run/series.ts';
import type { Cell, Table } from '../shell/table.ts';
import { branchCurve, shortName } from './branchCurves.ts';
import type { Curve } from './curves.ts';
import { type Measured, type SmoothCurves, smoothCurves } from './smoothCurve.ts';

/** The ranks of every branch's features after a step. */
export interface RankRow {
  readonly step: number;
  /** null for the untrained network. */
  readonly epoch: number | null;
  readonly ranks: Ranks;
}

/** The ranks that a run tells, from the untrained network on. */
export function rankRows(epochs: readonly EpochRow[], floors: Floors | null): RankRow[] {
  return [
    ...(floors?.ranks ? [{ step: 0, epoch: null, ranks: floors.ranks }] : []),
    ...epochs.flatMap(({ step, epoch, ranks }) => (ranks ? [{ step, epoch, ranks }] : [])),
  ];
}

/** The branches whose ranks the newest row tells. */
export function branchesOf(rows: readonly RankRow[]): Branch[] {
  const newest = rows.at(-1);
  return newest ? rankedBranches(newest.ranks) : [];
}

/** One rank of every branch, with its curve. */
export function measuredRank(rows: readonly RankRow[], rank: Rank): Measured<RankRow>[] {
  const branches = branchesOf(rows);
  return branches.map((branch) => ({
    curve: branchCurve(branch, branches),
    read: ({ ranks }) => ranks.branches[branch]?.[rank] ?? Number.NaN,
  }));
}

/** One rank of every branch as a chart draws it. */
export function rankCurves(rows: readonly RankRow[], rank: Rank, zoom: StepRange | null): SmoothCurves {
  const measured = measuredRank(rows, rank).map(({ curve, read }) => {
    const joined: Curve = { ...curve, joined: true };
    return { curve: joined, read };
  });
  return smoothCurves(rows, measured, { weight: 0, limit: POINT_LIMIT, zoom, raw: false });
}

/** The numbers behind the charts. */
export function rankTable(rows: readonly RankRow[]): Table {
  const branches = branchesOf(rows);
  return {
    caption:
      'Ranks of the features of every branch, and on how many images each was measured. Step 0 is the untrained network.',
    columns: [
      ...['epoch', 'step', 'images'],
      ...branches.flatMap((branch) => RANKS.map((rank) => `${RANK_NAMES[rank]} ${shortName(branch)}`)),
    ],
    length: rows.length,
    row: (i): Cell[] => {
      const { step, epoch, ranks } = rows[i]!;
      const numbers = branches.flatMap((branch) =>
        RANKS.map((rank) => ranks.branches[branch]?.[rank] ?? null),
      );
      return [epoch, step, ranks.images, ...numbers];
    },
  };
}

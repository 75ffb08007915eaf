import type { ReactNode } from 'react';
import type { BranchRow, Measure, RowKind, RunSection } from '../../store/runs/runsTable.ts';
import { deviations, rowName } from '../../store/runs/runsText.ts';
import { percent } from '../shell/format.ts';
import { ORIGINS } from './origins.ts';
import type { Scale } from './scale.ts';

/** The quantity of the horizontal axis: the share of the network's dense MACs, or the MACs of one image. */
export type Along = 'share' | 'macs';

/** A branch of one run among those that a point is the mean of. */
export interface SeedPoint {
  readonly seed: number;
  readonly x: number;
  readonly y: number;
}

/** A branch of a group of runs, or of the paper, as the figure draws it. */
export interface ParetoPoint {
  readonly key: string;
  /** `rowKey` of the row that the point stands for. Null for a point of the paper. */
  readonly row: string | null;
  /** The network of the branch. Branches of one group of runs belong to one network. */
  readonly network: string | null;
  readonly name: string;
  readonly system: RowKind;
  /** Who trained the network, in words. The mark is hollow unless it was trained here. */
  readonly whose: string;
  readonly hollow: boolean;
  readonly x: number;
  /** Standard deviation over seeds. Null if there is only one seed. */
  readonly xSpread: number | null;
  readonly y: number;
  readonly standardError: number | null;
  readonly ySpread: number | null;
  /** The seeds that the means are over. Absent of a single one. */
  readonly seeds?: readonly SeedPoint[];
  /** Equal of points that differ in their budgets alone. */
  readonly band?: string;
  /** True for the run on the page, whose point moves with each evaluation. */
  readonly live?: boolean;
  /** Its drawing around 0, 0, if it is not the mark of its system. */
  readonly mark?: ReactNode;
  /** What its numbers alone do not tell. */
  readonly note?: string;
  /** The full description of the point. */
  readonly says: string;
}

/** Points of others, on a scale of their own. */
export interface Theirs {
  /** Above their scale: whose they are, and what their accuracy is. */
  readonly label: string;
  /** How they are told from the runs' own. */
  readonly key: string;
  readonly points: (along: Along) => readonly ParetoPoint[];
  readonly note: string;
}

/** A part of the figure that only some runs have: points with marks of their own, and what joins them. */
export interface ParetoLayer {
  readonly points: readonly ParetoPoint[];
  /** What lies behind all marks. */
  readonly behind: (x: Scale, y: Scale) => ReactNode;
  readonly legend: ReactNode;
}

/** A key that no other row of the table has. */
export function rowKey({ group, branch }: BranchRow): string {
  return `${group.key} ${branch}`;
}

/** The points of all runs that have the measure. */
export function ownPoints(
  sections: readonly RunSection[],
  measure: Measure,
  along: Along,
): readonly ParetoPoint[] {
  return sections.flatMap(({ key, rows }) =>
    rows.flatMap((row): ParetoPoint[] => {
      const { accuracy, macs, ratio, group, branch } = row;
      if (accuracy === null) return [];
      const spent = along === 'macs' ? macs : ratio;
      const seeds = seedsOf(row, measure, along);
      return [
        {
          ...{ key: rowKey(row), row: rowKey(row), name: rowName(group, branch) },
          network: group.key,
          ...{ system: group.kind, whose: ORIGINS[group.origin], hollow: group.origin !== 'here' },
          ...{ x: spent.mean, xSpread: spent.sd, y: accuracy.mean },
          ...{ standardError: row.standardError, ySpread: accuracy.sd },
          ...(seeds.length > 1 && { seeds, band: `${key} ${bandKey(row)}` }),
          says: saying(row, seeds),
        },
      ];
    }),
  );
}

/** What rows share that differ in their budgets alone. A slimmable pair meets a budget by its width. */
function bandKey({ group, branch }: BranchRow): string {
  const { kind, equal, origin, config } = group;
  return JSON.stringify([kind, equal, origin, branch === 'dense', config.slimForm, deviations(config).own]);
}

function seedsOf({ group, branch }: BranchRow, measure: Measure, along: Along): SeedPoint[] {
  return group.runs.flatMap(({ config, branches }): SeedPoint[] => {
    const result = branches.find((candidate) => candidate.branch === branch);
    const y = result?.[measure] ?? null;
    if (result === undefined || y === null) return [];
    return [{ seed: config.seed, x: along === 'macs' ? result.macs : result.macs / group.denseMacs, y }];
  });
}

function saying(row: BranchRow, seeds: readonly SeedPoint[]): string {
  const { accuracy, standardError, ratio, group, branch } = row;
  const over =
    accuracy!.count > 1
      ? `mean of ${accuracy!.count} seeds (${seeds.map(({ y }) => percent(y)).join(', ')}), sd ${percent(accuracy!.sd)}`
      : 'one seed';
  return `${rowName(group, branch)}: ${percent(accuracy!.mean)} ± ${percent(standardError)} (standard error) at ${percent(ratio.mean)} of ${wholeOf(row)}; ${over}; ${group.config.steps} steps; ${ORIGINS[group.origin]}`;
}

/** What the share of a row's MACs is a share of. */
function wholeOf({ group }: BranchRow): string {
  return group.kind === 'small-dense' ? 'the wider network’s dense MACs' : 'the dense MACs';
}

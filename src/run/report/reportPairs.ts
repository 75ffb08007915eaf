import { compareSeeds, moreSeedsText, type SeedComparison } from '../../statistics/pairedSeeds.ts';
import type { ReportRow, ReportSection } from './reportSections.ts';

/** Two rows, and the differences of their 20-NN accuracies seed by seed: the first minus the second. */
export interface ReportPair {
  readonly first: ReportRow;
  readonly second: ReportRow;
  /** null if they share no seed. */
  readonly comparison: SeedComparison | null;
}

/** Costs up to this factor apart count as about equal. */
export const ABOUT_EQUAL = 1.25;

/** The pairs of a section that answer a question. */
export interface ReportPairs {
  /** Every row beside the widest dense VICReg; empty without one. */
  readonly toDense: readonly ReportPair[];
  /** Rows of different lines at one budget, or else the nearest in MACs at about equal cost. */
  readonly atEqualCost: readonly ReportPair[];
}

/** Finds what a section can compare. */
export function reportPairs({ rows, wholeMacs }: ReportSection): ReportPairs {
  const dense = rows.find(({ system, macs }) => system === 'vicreg' && macs === wholeMacs);
  const cheaper = rows.filter(({ macs }) => macs < wholeMacs);
  const found = new Map<string, ReportPair>();
  for (const row of cheaper) {
    for (const line of new Set(cheaper.map((other) => other.line))) {
      if (line === row.line) continue;
      const rival = rivalOf(
        row,
        cheaper.filter((other) => other.line === line),
      );
      const key = rival && JSON.stringify([row.name, rival.name].toSorted());
      if (rival && key && !found.has(key)) found.set(key, pairOf(row, rival));
    }
  }
  return {
    toDense: dense ? rows.filter((row) => row !== dense).map((row) => pairOf(row, dense)) : [],
    atEqualCost: [...found.values()],
  };
}

function rivalOf(row: ReportRow, others: readonly ReportRow[]): ReportRow | null {
  const same = others.find(({ budget }) => budget !== null && budget === row.budget);
  if (same) return same;
  const factor = ({ macs }: ReportRow) => Math.max(macs, row.macs) / Math.min(macs, row.macs);
  const [nearest] = others.toSorted((a, b) => factor(a) - factor(b));
  return nearest && factor(nearest) <= ABOUT_EQUAL ? nearest : null;
}

function pairOf(first: ReportRow, second: ReportRow): ReportPair {
  const differences = first.seeds.flatMap(({ seed, knn20 }) => {
    const twin = second.seeds.find((other) => other.seed === seed);
    return twin ? [knn20 - twin.knn20] : [];
  });
  return { first, second, comparison: compareSeeds(differences) };
}

/** A pair in one sentence: who wins and by how much, or that it cannot be told yet. */
export function pairSentence({ first, second, comparison }: ReportPair, wholeMacs: number): string {
  const cost = (row: ReportRow) => `${row.name} (${(row.macs / wholeMacs).toFixed(2)})`;
  if (comparison === null) return `${cost(first)} and ${cost(second)} have no seed in common.`;
  const { count, mean, half, apart } = comparison;
  const ahead = mean < 0 ? [second, first] : [first, second];
  const [winner, other] = ahead.map(cost);
  const by = pointsText(Math.abs(mean));
  if (half === null)
    return `${winner} is ahead of ${other} by ${by} points at the one seed that both have. One seed gives no interval, so nobody can tell yet.`;
  const low = pointsText(Math.abs(mean) - half);
  const interval = `95 % interval ${low} to ${pointsText(Math.abs(mean) + half)}, ${count} seeds`;
  if (apart) return `${winner} beats ${other} by ${by} points (${interval}).`;
  return `${winner} and ${other} cannot be told apart yet: the first is ahead by ${by} points (${interval}); ${moreSeedsText(comparison)}.`;
}

/** Percentage points with one decimal and a true minus: “−0.9”. */
function pointsText(value: number): string {
  return (100 * value)
    .toFixed(1)
    .replace(/^-(?=.*[1-9])/, '−')
    .replace(/^-/, '');
}

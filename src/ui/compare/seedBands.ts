import type { RowKind } from '../../store/runs/runsTable.ts';
import type { ParetoPoint } from './paretoPoints.ts';

/** From the least to the best seed of a system, from budget to budget. */
export interface SeedBand {
  readonly key: string;
  readonly system: RowKind;
  /** Corners of the area: along the best seeds, and back along the least. */
  readonly corners: readonly (readonly [x: number, y: number])[];
}

/**
 * Networks of one width spend equal MACs within this share, however their budgets differ: a band between them
 * would say nothing.
 */
const EQUAL_MACS = 0.01;

/** The bands of all systems that were trained with several seeds at several budgets. */
export function seedBands(points: readonly ParetoPoint[]): SeedBand[] {
  const keys = [...new Set(points.flatMap(({ band = [] }) => band))];
  return keys.flatMap((key): SeedBand[] => {
    const some = points.filter(({ band }) => band === key);
    const along = some.toSorted((a, b) => a.x - b.x);
    const [first, last] = [along[0]!, along.at(-1)!];
    if (last.x <= (1 + EQUAL_MACS) * first.x) return [];
    const edge = (of: (...values: number[]) => number) =>
      along.map(({ x, seeds = [] }) => [x, of(...seeds.map(({ y }) => y))] as const);
    return [{ key, system: first.system, corners: [...edge(Math.max), ...edge(Math.min).toReversed()] }];
  });
}

import { networkOf } from '../../network/fromConfig.ts';
import { type SmallDense, smallDense } from '../../network/smallDense.ts';
import { sourceKey } from '../../run/sets/runSummary.ts';
import { sideOf } from '../data/source.ts';
import { usePlayground } from '../playground.ts';
import type { BranchRow } from '../runs/runsTable.ts';
import { type DataSource, useSettings } from '../settings.ts';
import { type SweepOrder, useSweep } from './sweep.ts';

/** The small dense network that gated runs are still to be compared with, for equal steps. */
export interface Rival {
  readonly small: SmallDense;
  /** Trains it with the settings of the runs, with each of their seeds that it has not been trained with. */
  readonly order: SweepOrder;
  /** The images of the runs. */
  readonly source: DataSource;
}

/**
 * What is to be trained beside the gated branch of runs that were trained here; null for other rows, where it
 * is there already, and where the images of the runs are not at hand.
 * @param rows all rows of its section
 * @param chosen the images of the next run
 */
export function rivalOf(
  { group, branch }: BranchRow,
  rows: readonly BranchRow[],
  chosen: DataSource,
): Rival | null {
  const { config, runs } = group;
  if (branch !== 'gated' || group.origin !== 'here' || !group.whole) return null;
  const source = sourceNamed(runs[0]!.data.source, chosen);
  if (source === null) return null;
  const side = sideOf(source);
  // The side of own pictures is only known after reading them, and the reached share depends on it.
  if (networkOf(config, side).denseMacs !== group.denseMacs) return null;
  const small = smallDense(config, side);
  if (small === null) return null;
  const there = rows.flatMap(({ group: { kind, equal, whole, ...other } }) => {
    const is = kind === 'small-dense' && equal === 'steps' && whole && other.config.width === small.width;
    return is ? other.runs.map((run) => run.config.seed) : [];
  });
  const seeds = runs.map((run) => run.config.seed).filter((seed) => !there.includes(seed));
  if (seeds.length === 0) return null;
  const systems = [{ system: 'vicreg', width: small.width }] as const;
  return { small, order: { systems, budgets: [config.budget], seeds, config }, source };
}

/** Trains it in place of the run on the page, as a sweep. */
export function trainRival({ order, source }: Rival): void {
  usePlayground.getState().instead(() => {
    const settings = useSettings.getState();
    if (sourceKey(settings.source) !== sourceKey(source)) settings.chooseSource(source);
    useSweep.getState().start(order);
  });
}

/** The images that a result names, if they are chosen or come with the page. */
function sourceNamed(key: string | null, chosen: DataSource): DataSource | null {
  const embedded = (['unseen-style', 'same-styles'] as const).map((test): DataSource => {
    return { kind: 'emoji10', test };
  });
  return [chosen, ...embedded].find((source) => sourceKey(source) === key) ?? null;
}

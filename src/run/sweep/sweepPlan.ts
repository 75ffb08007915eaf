import type { RunConfig, SystemId } from '../../config.ts';
import { checkConfig } from '../../fields.ts';
import { networkOf } from '../../network/fromConfig.ts';
import { branchMacs, slimBranch } from '../../network/slim.ts';
import { type SmallDense, type Spending, smallDense, stepsOfEqualMacs } from '../../network/smallDense.ts';
import { runKey } from '../settingsKey.ts';

/** A system of a sweep, with the settings that it does not share with the others. */
export type SweepSystem = Partial<RunConfig> & { readonly system: SystemId };

/** A sweep: every system with every budget and every seed. */
export interface SweepOrder {
  readonly systems: readonly SweepSystem[];
  readonly budgets: readonly number[];
  readonly seeds: readonly number[];
  /** Settings that all runs share. */
  readonly config: RunConfig;
  /**
   * Whether every budget and seed gets a small dense network too, of the width whose MACs are nearest to the
   * budget.
   */
  readonly smallDense?: boolean;
  /** What a small dense network has as much of as the order's network; steps if missing. */
  readonly equal?: Spending | 'both';
}

export interface PlannedRun {
  /** `runKey` of its configuration. */
  readonly key: string;
  readonly config: RunConfig;
  /** What it is to the order's network, if it trains a small dense one. */
  readonly small?: SmallDense;
}

/** Limits of the narrow widths that a budget is converted to, in hundredths of the channels. */
const NARROWEST = 5;
const WIDEST = 95;

/**
 * The runs of a sweep, seed by seed, so that the first seed's comparison is complete before the second
 * begins. Equal runs are planned once: dense VICReg has no budget, and SlimCLR trains all its widths at once.
 * A slimmable pair gets the width whose MACs are nearest to the budget, unless the order names a width.
 * @param input side of the images, pixels
 */
export function planSweep(order: SweepOrder, input: number): PlannedRun[] {
  const { systems, budgets, seeds, config } = order;
  const planned = new Map<string, PlannedRun>();
  const plan = (run: Omit<PlannedRun, 'key'>) => {
    const key = runKey(run.config);
    if (!planned.has(key)) planned.set(key, { key, ...run });
  };
  for (const seed of seeds) {
    for (const budget of budgets) {
      for (const system of systems)
        plan({ config: atBudget({ ...config, ...system, seed, budget }, system, input) });
      for (const run of smallRuns(order, { ...config, seed, budget }, input)) plan(run);
    }
  }
  return [...planned.values()];
}

/** The small dense networks that an order has beside the network of `wide`. */
function smallRuns(order: SweepOrder, wide: RunConfig, input: number): Omit<PlannedRun, 'key'>[] {
  const small = order.smallDense === true ? smallDense(wide, input) : null;
  if (small === null) return [];
  const config = { ...wide, system: 'vicreg' as const, width: small.width };
  const { equal = 'steps' } = order;
  const longer = { ...config, steps: stepsOfEqualMacs(wide.steps, small.share) };
  return [
    ...(equal === 'macs' ? [] : [{ config, small }]),
    ...(equal === 'steps' ? [] : [{ config: longer, small }]),
  ];
}

/** The reasons why a sweep cannot run, one sentence for each; empty if it can. */
export function sweepFaults(order: SweepOrder, input: number): string[] {
  const empty = (['systems', 'budgets', 'seeds'] as const)
    .filter((part) => order[part].length === 0)
    .map((part) => `A sweep needs at least one of its ${part}, got none`);
  // The planning of a slimmable pair needs the MACs of its width, which exist only for a width that can be
  // built.
  const shared = order.systems.flatMap((system) => checkConfig({ ...order.config, ...system }));
  if (empty.length > 0 || shared.length > 0) return [...new Set([...empty, ...shared])];
  if (order.equal !== undefined && order.smallDense !== true) {
    return [
      `Equal ${order.equal} must go with small dense networks, got none: add --small-dense or "smallDense": true`,
    ];
  }
  if (order.smallDense === true && smallDense(order.config, input) === null) {
    return [
      `A small dense network needs a narrower width than ${order.config.width}: choose a width above 2`,
    ];
  }
  return [...new Set(planSweep(order, input).flatMap(({ config }) => checkConfig(config)))];
}

function atBudget(config: RunConfig, { slimWidth }: SweepSystem, input: number): RunConfig {
  if (config.system !== 'slimmable' || config.slimForm !== 'dual' || slimWidth !== undefined) return config;
  return { ...config, slimWidth: widthNearest(config, config.budget, input) };
}

/**
 * The narrow width whose share of the dense MACs is nearest to `ratio`, among the hundredths that can be
 * built.
 */
export function widthNearest(config: RunConfig, ratio: number, input: number): number {
  const network = networkOf(config, input);
  let best = { width: WIDEST / 100, distance: Number.POSITIVE_INFINITY };
  for (let hundredth = NARROWEST; hundredth <= WIDEST; hundredth++) {
    const width = hundredth / 100;
    // The first stage must keep at least one channel.
    if (config.width * width < 1) continue;
    const distance = Math.abs(branchMacs(network, slimBranch(width)) / network.denseMacs - ratio);
    if (distance < best.distance) best = { width, distance };
  }
  return best.width;
}

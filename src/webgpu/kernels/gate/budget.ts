import type { ObjectiveSettings } from '../../../engine.ts';
import { quads } from '../../../plan/maps.ts';
import type { PassRows } from '../../../plan/tasks/gateTasks.ts';
import { type Dispatch, dispatch, kernel, type Span } from '../kernel.ts';
import { STEP_STRUCT } from '../stepStruct.ts';
import source from './budget.wgsl?raw';
import countSource from './budgetCount.wgsl?raw';

/** Where the gates of a block are, and what they cost. */
export interface GatedBlock {
  /** Floats before its gates [P·N, C] in the span of all gates: a multiple of 4. */
  readonly offset: number;
  /** C. What fills up the last quad is 0, as gateSample.wgsl leaves it. */
  readonly channels: number;
  /** network/macs.ts */
  readonly macsPerOpenChannel: number;
}

export interface Budget extends PassRows {
  /** The gates of all blocks. */
  readonly gates: Span;
  readonly blocks: readonly GatedBlock[];
  /** MACs that the gated branch spends whatever its gates say (network/macs.ts). */
  readonly fixedMacs: number;
  readonly denseMacs: number;
  readonly weights: Pick<ObjectiveSettings, 'budgetWeight' | 'boundWeight'>;
  /** Share of each gated pass in the losses: 1 sums them, 1/gatedPasses averages them. */
  readonly share?: number;
  /** stepScalars.ts: t_d and p. */
  readonly step: Span;
  /** Scratch, gatedPasses · blocks floats. */
  readonly counts: Span;
  /**
   * [gated pass][block][2], overwritten: what the budget loss and the bound loss add to the gradient of a
   * gate. The first is added for every gate, the second only for open ones.
   */
  readonly coefficients: Span;
  /**
   * 4 floats, overwritten: budget + bound loss, budget loss, bound loss, and the mean MAC ratio of the gated
   * passes.
   */
  readonly terms: Span;
  readonly of?: string;
}

/** Most quads of gates that one workgroup counts. More are counted by a dispatch of their own. */
const MOST_CELLS = 8192;

/**
 * Budget loss λ(ρ − t_d)² and bound loss of the gates (method §3, method/budget.ts), with their gradients.
 * @throws Error when a block's gates do not begin with a whole quad
 */
export function budgetDispatches(budget: Budget): Dispatch[] {
  const { gates, blocks, images, firstGated, gatedPasses, denseMacs, counts, of = '' } = budget;
  for (const { offset } of blocks) {
    if (offset % 4 !== 0) throw new Error(`budget: gates must begin with a whole quad, got float ${offset}`);
  }
  const share = budget.share ?? 1;
  const BLOCKS = blocks.length;
  const places = blocks.map(({ offset, channels }) => ({ offset: offset / 4, quads: quads(channels) }));
  const cells = places.reduce((sum, { quads: of }) => sum + gatedPasses * images * of, 0);
  const here = cells <= MOST_CELLS;
  const total = dispatch({
    kernel: kernel('budget', STEP_STRUCT + source, {
      BLOCKS,
      HERE: Number(here),
      ...(here && { PASSES: gatedPasses }),
    }),
    of,
    shape: {
      images,
      gatedPasses,
      fixedShare: budget.fixedMacs / denseMacs,
      budgetWeight: budget.weights.budgetWeight * share,
      boundWeight: budget.weights.boundWeight * share,
      blocks: blocks.map(({ channels, macsPerOpenChannel }, block) => ({
        channels,
        channelShare: macsPerOpenChannel / denseMacs,
        ...(here && places[block]),
      })),
      ...(here && { firstGated }),
    },
    buffers: [here ? gates : counts, budget.step, budget.coefficients, budget.terms],
    workgroups: [1, 1, 1],
  });
  if (here) return [total];
  const count = dispatch({
    kernel: kernel('budgetCount', countSource, { BLOCKS }),
    of,
    shape: { images, firstGated, blocks: places },
    buffers: [gates, counts],
    workgroups: [BLOCKS, gatedPasses, 1],
  });
  return [count, total];
}

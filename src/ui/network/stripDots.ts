import type { BlockUsage } from '../../metrics.ts';
import {
  bundles,
  type GroupContrast,
  imageGates,
  type MapGates,
  MOST_TELLING,
} from '../../store/run/channels.ts';
import { dotsOf } from '../../store/run/layers.ts';
import type { Ready } from '../../store/run/run.ts';

/** Most dots of a block. In a wider block each dot stands for several channels. */
const MOST_DOTS = 64;

type Blocks = Ready['network']['blocks'];

/**
 * One dot of the strip: one channel, or several that are neighbours when sorted by how often they are open.
 */
export interface Dot {
  readonly key: string;
  readonly kind: 'on' | 'dependent' | 'off' | 'mixed';
  /** Colour of a mixed dot. */
  readonly color?: string;
  /** True if it holds a channel that distinguishes the groups. */
  readonly telling: boolean;
}

/** Widths of a row of dots, the best one first: all channel counts of the presets are multiples of 8. */
const ROWS = [8, 7, 6, 5];

/** Dots in each row of a block, so that the last row is full if that is possible with 5 to 8 in a row. */
export function dotsPerRow(count: number): number {
  if (count <= ROWS[0]!) return Math.max(1, count);
  return ROWS.find((row) => count % row === 0) ?? ROWS[0]!;
}

/** A block over the test set. Its channels are sorted by their kind, not by their numbers. */
export function usageDots(usage: BlockUsage): Dot[] {
  const dots = dotsOf(usage, MOST_DOTS);
  return (['on', 'dependent', 'off'] as const).flatMap((kind) =>
    Array.from({ length: dots[kind] }, (_, i) => ({ key: `${kind}${i}`, kind, telling: false })),
  );
}

/** The decisions of a block's gates for one image. */
export function imageDots(
  blocks: Blocks,
  gates: MapGates,
  block: number,
  image: number,
  order: readonly number[],
  contrast: GroupContrast | null,
): Dot[] {
  const decided = imageGates(blocks, gates, block, image);
  return dotsOver(order, tellingOf(contrast, block), (channels) => {
    const open = meanOf(channels, (channel) => decided[channel]!);
    if (open === 0 || open === 1) return { kind: open === 1 ? 'on' : 'off' };
    return { kind: 'mixed', color: mixed('--gated', open) };
  });
}

/** Shows which channels of a block group A opens more often, and which ones group B does. */
export function contrastDots(block: number, order: readonly number[], contrast: GroupContrast): Dot[] {
  const gaps = new Map(
    contrast.channels
      .filter((one) => one.block === block)
      .map(({ channel, rateA, rateB }) => [channel, rateA - rateB]),
  );
  return dotsOver(order, tellingOf(contrast, block), (channels) => {
    const gap = meanOf(channels, (channel) => gaps.get(channel) ?? 0);
    return { kind: 'mixed', color: mixed(gap > 0 ? '--gated' : '--dense', Math.abs(gap)) };
  });
}

function dotsOver(
  order: readonly number[],
  telling: ReadonlySet<number>,
  look: (channels: readonly number[]) => Pick<Dot, 'kind' | 'color'>,
): Dot[] {
  return bundles(order, MOST_DOTS).map(({ channels }) => ({
    key: String(channels[0]),
    telling: channels.some((channel) => telling.has(channel)),
    ...look(channels),
  }));
}

/** The channels of one block that are among those that best distinguish the groups. */
function tellingOf(contrast: GroupContrast | null, block: number): Set<number> {
  const most = contrast?.channels.slice(0, MOST_TELLING).filter(({ z }) => z !== 0) ?? [];
  return new Set(most.filter((one) => one.block === block).map(({ channel }) => channel));
}

function meanOf(channels: readonly number[], value: (channel: number) => number): number {
  return channels.reduce((sum, channel) => sum + value(channel), 0) / channels.length;
}

/**
 * A mix of the closed gate's colour and a colour of the page, by a share of 0–1, in steps that look equal.
 */
function mixed(color: '--gated' | '--dense', share: number): string {
  return `color-mix(in oklab, var(${color}) ${(100 * share).toFixed(0)}%, var(--closed))`;
}

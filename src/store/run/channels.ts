import type { BlockUsage } from '../../metrics.ts';
import type { Ready } from '../../run/protocol.ts';
import type { MapGates } from '../../run/record.ts';
import { type ChannelContrast, openCounts, separation } from '../../statistics/separation.ts';

export type { MapGates } from '../../run/record.ts';
export type { ChannelContrast } from '../../statistics/separation.ts';

type Blocks = Ready['network']['blocks'];

/**
 * The gates of one image as a usage: each channel is always open or never open. Null if its gates are not
 * known.
 */
export function imageUsage(blocks: Blocks, gates: MapGates | null, image: number): BlockUsage[] | null {
  const decided = gates && blocks.map((_, l) => imageGates(blocks, gates, l, image));
  if (!decided || decided.some((channels) => channels.length === 0)) return null;
  return blocks.map(({ name, channels }, l) => {
    const on = decided[l]!.reduce((sum, gate) => sum + gate, 0);
    return { block: name, channels, off: channels - on, on, dependent: 0, open: on / channels };
  });
}

/** One block's hard gates for one image: u8 [C], or empty if they are not known. */
export function imageGates(blocks: Blocks, gates: MapGates, block: number, image: number): Uint8Array {
  const { channels } = blocks[block]!;
  return gates.blocks[block]!.subarray(image * channels, (image + 1) * channels);
}

/** The map images whose gates are known: the first ones, as many as the newest evaluation took. */
export function gatedImages(blocks: Blocks, gates: MapGates): number[] {
  return Array.from({ length: gates.blocks[0]!.length / blocks[0]!.channels }, (_, image) => image);
}

/** How often each channel of each block is open over some images, 0–1; NaN over none. f64 [C] per block. */
export function openRates(blocks: Blocks, gates: MapGates, images: readonly number[]): Float64Array[] {
  return blocks.map(({ channels }, l) =>
    Float64Array.from(openCounts(gates.blocks[l]!, channels, images), (count) => count / images.length),
  );
}

/**
 * The channels of each block, the ones that are open most often first. Equal ones keep the network's order.
 */
export function channelOrder(rates: readonly Float64Array[]): number[][] {
  return rates.map((block) => Array.from(block.keys()).sort((a, b) => block[b]! - block[a]!));
}

/** Neighbouring channels of an order that share one dot. */
export interface Bundle {
  readonly channels: readonly number[];
}

/** Cuts an order into at most `limit` bundles of nearly equal size, in sequence. */
export function bundles(order: readonly number[], limit: number): Bundle[] {
  const count = Math.min(limit, order.length);
  return Array.from({ length: count }, (_, i) => ({
    channels: order.slice(
      Math.floor((i * order.length) / count),
      Math.floor(((i + 1) * order.length) / count),
    ),
  }));
}

/** The map images of each class. */
export function imagesByClass(labels: Uint8Array): Map<number, number[]> {
  const byClass = new Map<number, number[]>();
  for (const [image, label] of labels.entries()) {
    const images = byClass.get(label);
    if (images) images.push(image);
    else byClass.set(label, [image]);
  }
  return new Map([...byClass].sort(([a], [b]) => a - b));
}

/** Two groups of map images, and the channels that differ between them. */
export interface GroupContrast {
  readonly a: readonly number[];
  readonly b: readonly number[];
  /** Whether group B is all other images, because the user chose none. */
  readonly rest: boolean;
  /** All channels, the largest |z| first. */
  readonly channels: readonly ChannelContrast[];
}

/**
 * Group A against group B, or against all other images if B is empty. Null if one of the groups is then
 * empty.
 */
export function contrastGroups(
  blocks: Blocks,
  gates: MapGates,
  groups: Readonly<Record<'a' | 'b', ReadonlySet<number>>>,
): GroupContrast | null {
  const images = gatedImages(blocks, gates);
  const a = images.filter((n) => groups.a.has(n));
  const rest = groups.b.size === 0;
  const b = images.filter((n) => (rest ? !groups.a.has(n) : groups.b.has(n)));
  if (a.length === 0 || b.length === 0) return null;
  const channels = blocks.map((block) => block.channels);
  return { a, b, rest, channels: separation(gates.blocks, channels, a, b) };
}

/** The gates of one image as a row of 0 and 1 per block, in the order of the channels. */
export function gateBits(blocks: Blocks, gates: MapGates, image: number): string[] {
  return blocks.map((_, l) => imageGates(blocks, gates, l, image).join(''));
}

/** Number of channels that are shown of those that differ between two groups. */
export const MOST_TELLING = 12;

import type { BlockUsage, MacCount, UsageRow } from '../metrics.ts';
import type { Network } from '../network/layers.ts';
import { gatedMacs } from '../network/macs.ts';

/** What the hard gates of a set of images use and cost. */
export interface GateUsage {
  /** How each block's channels are used (the paper's figure 1). */
  readonly channelUsage: readonly BlockUsage[];
  /** Means over the images. */
  readonly macs: MacCount;
  /** f64 [N]: MACs of the gated branch for each image (method §3, F_real of one image). */
  readonly macsPerImage: Float64Array;
}

/**
 * Channel usage and MACs of the gated branch.
 * @param gates per block u8 [N, C], 1 = open, in the order of `network.blocks`
 */
export function gateUsage(network: Network, gates: readonly Uint8Array[]): GateUsage {
  const images = imageCount(network, gates);
  const macsPerImage = Float64Array.from({ length: images }, (_, n) =>
    gatedMacs(
      network,
      network.blocks.map(({ channels }, l) => openCount(gates[l]!, n * channels, channels)),
    ),
  );
  const gated = macsPerImage.reduce((sum, macs) => sum + macs, 0) / images;
  const dense = network.denseMacs;
  return {
    channelUsage: network.blocks.map(({ name, channels }, l) =>
      blockUsage(name, channels, gates[l]!, images),
    ),
    macs: { dense, gated, ratio: gated / dense, reduction: 1 - gated / dense },
    macsPerImage,
  };
}

/**
 * The gates of some images as a row of the run.
 * @param gates per block u8 [N, C], 1 = open, in the order of `network.blocks`
 */
export function usageRow(network: Network, gates: readonly Uint8Array[], step: number): UsageRow {
  const { macs, channelUsage, macsPerImage } = gateUsage(network, gates);
  const images = macsPerImage.length;
  const open = network.blocks.map(({ channels }, l) =>
    Float32Array.from(opened(gates[l]!, channels), (count) => count / images),
  );
  return { step, images, macRatio: macs.ratio ?? 1, channelUsage, open };
}

/** MACs of a system without gates, which has no gated branch. */
export function denseMacCount(network: Network): MacCount {
  return { dense: network.denseMacs, gated: null, ratio: null, reduction: null };
}

function blockUsage(block: string, channels: number, gate: Uint8Array, images: number): BlockUsage {
  const counts = opened(gate, channels);
  const off = counts.filter((count) => count === 0).length;
  const on = counts.filter((count) => count === images).length;
  const open = counts.reduce((sum, count) => sum + count, 0) / (images * channels);
  return { block, channels, off, on, dependent: channels - off - on, open };
}

/** Number of images that open each channel, u32 [C]. */
function opened(gate: Uint8Array, channels: number): Uint32Array {
  const counts = new Uint32Array(channels);
  for (let i = 0; i < gate.length; i++) counts[i % channels]! += gate[i]!;
  return counts;
}

function openCount(gate: Uint8Array, from: number, channels: number): number {
  let open = 0;
  for (let i = from; i < from + channels; i++) open += gate[i]!;
  return open;
}

function imageCount(network: Network, gates: readonly Uint8Array[]): number {
  const images = (gates[0]?.length ?? 0) / network.blocks[0]!.channels;
  const fits = gates.length === network.blocks.length && Number.isInteger(images) && images > 0;
  if (!fits || network.blocks.some(({ channels }, l) => gates[l]!.length !== images * channels)) {
    throw new Error(
      `gateUsage: gates must be [N, C] with C = ${network.blocks.map((b) => b.channels).join(', ')} and N > 0, ` +
        `got sizes ${gates.map((gate) => gate.length).join(', ') || 'none'}`,
    );
  }
  return images;
}

import type { BlockUsage, MacCount } from '../metrics.ts';
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

/** MACs of a system without gates, which has no gated branch. */
export function denseMacCount(network: Network): MacCount {
  return { dense: network.denseMacs, gated: null, ratio: null, reduction: null };
}

function blockUsage(block: string, channels: number, gate: Uint8Array, images: number): BlockUsage {
  const opened = new Uint32Array(channels); // images that open each channel
  for (let i = 0; i < gate.length; i++) opened[i % channels]! += gate[i]!;
  const off = opened.filter((count) => count === 0).length;
  const on = opened.filter((count) => count === images).length;
  const open = opened.reduce((sum, count) => sum + count, 0) / (images * channels);
  return { block, channels, off, on, dependent: channels - off - on, open };
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

import type { BlockUsage } from '../metrics.ts';
import type { Network } from '../network/layers.ts';
import { gatedMacs } from '../network/macs.ts';

// Hard gates of a set of images, in the order of network.blocks: per block u8 [N, C], 1 = open.

/** How each block's channels are used (the paper's figure 1); no rows when there are no gates. */
export function blockUsage(network: Network, gates: readonly Uint8Array[], images: number): BlockUsage[] {
  if (gates.length === 0) return [];
  checkGates(network, gates, images);
  return network.blocks.map(({ name, channels }, l) => {
    const opened = new Uint32Array(channels); // images that open each channel
    gates[l]!.forEach((open, i) => {
      opened[i % channels]! += open;
    });
    const off = opened.filter((count) => count === 0).length;
    const on = opened.filter((count) => count === images).length;
    const open = opened.reduce((sum, count) => sum + count, 0) / (images * channels);
    return { block: name, channels, off, on, dependent: channels - off - on, open };
  });
}

/** MACs of the gated branch for each image (method §3, F_real of one image), f64 [N]. */
export function gatedMacsPerImage(
  network: Network,
  gates: readonly Uint8Array[],
  images: number,
): Float64Array {
  checkGates(network, gates, images);
  return Float64Array.from({ length: images }, (_, n) =>
    gatedMacs(
      network,
      network.blocks.map(({ channels }, l) => openCount(gates[l]!, n * channels, channels)),
    ),
  );
}

/** Mean MACs of the gated branch over the images (F_real). */
export function meanGatedMacs(network: Network, gates: readonly Uint8Array[], images: number): number {
  return gatedMacsPerImage(network, gates, images).reduce((sum, macs) => sum + macs, 0) / images;
}

function openCount(gate: Uint8Array, from: number, channels: number): number {
  let open = 0;
  for (let i = from; i < from + channels; i++) open += gate[i]!;
  return open;
}

function checkGates(network: Network, gates: readonly Uint8Array[], images: number): void {
  const expected = network.blocks.map(({ channels }) => images * channels);
  if (
    images < 1 ||
    gates.length !== expected.length ||
    expected.some((size, l) => gates[l]!.length !== size)
  ) {
    throw new Error(
      `gates: must be [N, C] per block with N = ${images}, sizes ${expected.join(', ')}, ` +
        `got ${gates.map((gate) => gate.length).join(', ') || 'none'}`,
    );
  }
}

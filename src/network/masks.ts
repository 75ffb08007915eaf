import { type Random, shuffled } from '../random.ts';
import type { Block, Network } from './layers.ts';
import { macsPerOpenChannel } from './macs.ts';
import type { FrozenNetwork, KeptChannels } from './slice.ts';

// Masks that spend the gates' budget without asking the gates. They open the same number of channels per
// block as the gates of a set of images do. N images, C channels of a block.

/** Per block u8 [N, C], 1 = open. */
export type Gates = readonly Uint8Array[];

/** Share of images that open each channel, per block f64 [C]. */
export function openRates({ blocks }: Network, gates: Gates): Float64Array[] {
  const images = imagesOf(blocks, gates);
  return blocks.map(({ channels }, l) => {
    const rates = new Float64Array(channels);
    gates[l]!.forEach((open, i) => {
      rates[i % channels]! += open;
    });
    return rates.map((count) => count / images);
  });
}

/** K of each block: its mean number of open channels, rounded to a whole number. */
export function equalCounts(rates: readonly Float64Array[]): number[] {
  return rates.map((block) => Math.round(block.reduce((sum, rate) => sum + rate, 0)));
}

/**
 * The `counts` channels with the highest scores in each block, ascending. Of equal scores the first channel
 * counts.
 */
export function topChannels(scores: readonly ArrayLike<number>[], counts: readonly number[]): KeptChannels {
  return scores.map((block, l) =>
    Array.from(block, (score, channel) => ({ score, channel }))
      .sort((a, b) => b.score - a.score || a.channel - b.channel)
      .slice(0, counts[l]!)
      .map(({ channel }) => channel)
      .sort((a, b) => a - b),
  );
}

/** The channels that at least half of the images open. */
export function alwaysOnChannels(rates: readonly Float64Array[]): KeptChannels {
  return rates.map((block) => channelsWhere(block, (rate) => rate >= 0.5));
}

/** The channels that at least one image opens. */
export function everOpenChannels(rates: readonly Float64Array[]): KeptChannels {
  return rates.map((block) => channelsWhere(block, (rate) => rate > 0));
}

/** The first `counts` channels of each block, as in a slimmable network. */
export function prefixChannels(counts: readonly number[]): KeptChannels {
  return counts.map((count) => Array.from({ length: count }, (_, channel) => channel));
}

/** Gates that open the same channels for every image. */
export function staticGates({ blocks }: Network, kept: KeptChannels, images: number): Uint8Array[] {
  return blocks.map(({ channels }, l) => {
    const one = new Uint8Array(channels);
    for (const channel of kept[l]!) one[channel] = 1;
    const all = new Uint8Array(images * channels);
    for (let n = 0; n < images; n++) all.set(one, n * channels);
    return all;
  });
}

/**
 * Each image gets the gates of another one: a cycle through all images in random order gives every image's
 * gates to exactly one other. Channels are open as often as before, but for the wrong images.
 */
export function shuffledGates({ blocks }: Network, gates: Gates, random: Random): Uint8Array[] {
  const images = imagesOf(blocks, gates);
  const order = shuffled(images, random);
  return blocks.map(({ channels }, l) => {
    const moved = new Uint8Array(images * channels);
    order.forEach((image, place) => {
      const other = order[(place + 1) % images]!;
      moved.set(gates[l]!.subarray(other * channels, (other + 1) * channels), image * channels);
    });
    return moved;
  });
}

/** Gates that open `counts` channels of each block, with new random draws for every image. */
export function randomGates(
  { blocks }: Network,
  counts: readonly number[],
  images: number,
  random: Random,
): Uint8Array[] {
  return blocks.map(({ channels }, l) => {
    const gates = new Uint8Array(images * channels);
    for (let n = 0; n < images; n++) {
      for (const channel of shuffled(channels, random).subarray(0, counts[l]!))
        gates[n * channels + channel] = 1;
    }
    return gates;
  });
}

/**
 * L1 norm of every filter of conv1, per block [C]. Magnitude pruning ranks channels by it (Li et al., ICLR
 * 2017).
 */
export function filterNorms({ network, tensors }: FrozenNetwork): Float64Array[] {
  return network.blocks.map(({ name }) => {
    const { shape, values } = tensors.get(`backbone.${name}.conv1.weight`)!;
    const each = values.length / shape[0]!;
    return Float64Array.from({ length: shape[0]! }, (_, c) =>
      values.subarray(c * each, (c + 1) * each).reduce((sum, w) => sum + Math.abs(w), 0),
    );
  });
}

/**
 * Channels to keep per block: the same share of every block, and at least one. The share brings a network
 * without gates as near to `macs` as shares can.
 */
export function countsForMacs({ blocks, stem }: Network, macs: number): number[] {
  const countsAt = (share: number) => blocks.map(({ channels }) => Math.max(1, Math.round(share * channels)));
  const fixed = blocks.reduce((sum, block) => sum + block.macs.downsample, stem.macs);
  const cost = (counts: readonly number[]) =>
    counts.reduce((sum, count, l) => sum + count * macsPerOpenChannel(blocks[l]!), fixed);
  // Counts change only when the share passes a half channel of some block, so 2·C steps per block try all of
  // them.
  const steps = 2 * Math.max(...blocks.map(({ channels }) => channels));
  let best = countsAt(1);
  for (let step = 0; step < steps; step++) {
    const counts = countsAt(step / steps);
    if (Math.abs(cost(counts) - macs) < Math.abs(cost(best) - macs)) best = counts;
  }
  return best;
}

function channelsWhere(rates: Float64Array, wanted: (rate: number) => boolean): number[] {
  return Array.from(rates.keys()).filter((channel) => wanted(rates[channel]!));
}

function imagesOf(blocks: readonly Block[], gates: Gates): number {
  const images = (gates[0]?.length ?? 0) / blocks[0]!.channels;
  const fits = gates.length === blocks.length && Number.isInteger(images) && images > 0;
  if (!fits || blocks.some(({ channels }, l) => gates[l]!.length !== images * channels)) {
    throw new Error(
      `masks: gates must be [N, C] with C = ${blocks.map((block) => block.channels).join(', ')} and N > 0, ` +
        `got sizes ${gates.map((gate) => gate.length).join(', ') || 'none'}`,
    );
  }
  return images;
}

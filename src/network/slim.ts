import type { Branch, SlimBranch } from '../metrics.ts';
import type { Network } from './layers.ts';

// Slimmable networks (Zhao et al., IJCV 2024; Yu et al. 2019): the sub-network of width w has the first ⌊w·C⌋
// channels of every layer with C channels, and BatchNorms of its own.

/** The branch of a width below 1, in hundredths: .5 is `slim50`. */
export function slimBranch(width: number): SlimBranch {
  return `slim${Math.round(100 * width)}`;
}

/** The width of a branch: 1 unless it is a narrow sub-network. */
export function widthOf(branch: Branch): number {
  return isSlim(branch) ? Number(branch.slice('slim'.length)) / 100 : 1;
}

export function isSlim(branch: Branch): branch is SlimBranch {
  return branch.startsWith('slim');
}

/** Channels that a branch has of a layer with `channels`: the first ⌊w·C⌋, at least one. */
export function branchChannels(channels: number, branch: Branch): number {
  if (!isSlim(branch)) return channels;
  // The product is taken in hundredths, because .29 · 100 is below 29 in binary.
  return Math.max(1, Math.floor((channels * Math.round(100 * widthOf(branch))) / 100));
}

/** Dimension of a branch's pooled feature. */
export function branchFeatures(network: Network, branch: Branch): number {
  return branchChannels(network.features, branch);
}

/** MACs of one image through a branch without gates: the encoder's convolutions, as in method §3. */
export function branchMacs(network: Network, branch: Branch): number {
  const part = (channels: number) => branchChannels(channels, branch) / channels;
  const { stem, blocks } = network;
  const perBlock = blocks.map(({ inChannels, channels, macs }) => {
    const [into, out] = [part(inChannels), part(channels)];
    return macs.conv1 * into * out + macs.conv2 * out * out + macs.downsample * into * out;
  });
  return Math.round(perBlock.reduce((sum, macs) => sum + macs, stem.macs * part(stem.channels)));
}

import type { Branch } from '../metrics.ts';
import type { Block, Network } from './layers.ts';
import { branchMacs } from './slim.ts';
import type { System } from './systems.ts';

/** MACs that one open channel of a block costs: one output of conv1 and one input of conv2 (method §3). */
export function macsPerOpenChannel({ macs, channels }: Block): number {
  return (macs.conv1 + macs.conv2) / channels;
}

/**
 * MACs that the gated branch always spends, whatever its gates decide: stem, downsample convolutions, and the
 * gates.
 */
export function fixedMacs(network: Network): number {
  return network.blocks.reduce((sum, { macs }) => sum + macs.downsample + macs.mask, network.stem.macs);
}

/**
 * F_real (method §3): MACs of the gated branch with `open[l]` open channels in block l. These are whole
 * numbers for one image, or means over images. F_real / network.denseMacs is the MAC ratio.
 */
export function gatedMacs(network: Network, open: readonly number[]): number {
  if (open.length !== network.blocks.length) {
    throw new Error(`gatedMacs: needs one count per block, ${network.blocks.length}, got ${open.length}`);
  }
  return network.blocks.reduce(
    (sum, block, l) => sum + open[l]! * macsPerOpenChannel(block),
    fixedMacs(network),
  );
}

/**
 * The fewest floating-point operations of a training step: for every pass, each convolution and linear layer
 * forward, and as much again for each of its two gradients. The stem needs no gradient of its images.
 */
export function stepFlops(network: Network, passes: number, batch: number): number {
  const { hidden, output } = network.spec.projector;
  const projector = network.features * hidden + hidden * hidden + hidden * output;
  const macs = 3 * (network.denseMacs + projector) - network.stem.macs;
  return 2 * macs * passes * batch;
}

/**
 * MACs that an engine computes for one image in the encoder: it multiplies closed channels too, unlike the
 * count of `gatedMacs`.
 */
export function encoderMacs(network: Network, branch: Branch): number {
  return branch === 'gated' ? network.denseMacs : branchMacs(network, branch);
}

/** MACs that an engine computes in a training step, backward passes at twice the cost of forward ones. */
export function trainingMacs(network: Network, { passes }: Pick<System, 'passes'>, batch: number): number {
  return 3 * batch * passes.reduce((sum, { branch }) => sum + encoderMacs(network, branch), 0);
}

import { equalCounts, everOpenChannels, type Gates, openRates, topChannels } from '../network/masks.ts';
import {
  type FrozenNetwork,
  frozenMacs,
  type KeptChannels,
  sliceNetwork,
  withoutGates,
} from '../network/slice.ts';
import type { FormName } from './report.ts';

/**
 * A gated network in a form that can run: how it is cut, whether closed channels are skipped, and what it
 * costs.
 */
export interface Form {
  readonly frozen: FrozenNetwork;
  /** Whether channels that an image closes are skipped; else all channels that are there are computed. */
  readonly skipClosed: boolean;
  /** MACs of one image (method §3); if gates decide, a mean over the images. */
  readonly macs: number;
}

/**
 * The four forms of a gated network, for the channels that its gates open on a set of images. dense: without
 * gates. masked: gates decide, and closed channels are computed and then set to zero. sliced: only the
 * channels that are open most stay, as many per block as are open on average, without gates. conditional:
 * channels that are never open are cut out; gates decide on the others, and closed ones are skipped.
 * @param gates per block u8 [N, C] of the whole network
 */
export function inferenceForms(gated: FrozenNetwork, gates: Gates): Readonly<Record<FormName, Form>> {
  const { network } = gated;
  const rates = openRates(network, gates);
  const dense = withoutGates(gated);
  const sliced = sliceNetwork(dense, topChannels(rates, equalCounts(rates)));
  const conditional = sliceNetwork(gated, byRate(everOpenChannels(rates), rates));
  const open = rates.map((block) => block.reduce((sum, rate) => sum + rate, 0));
  return {
    dense: { frozen: dense, skipClosed: false, macs: frozenMacs(dense) },
    masked: { frozen: gated, skipClosed: false, macs: frozenMacs(gated) },
    sliced: { frozen: sliced, skipClosed: false, macs: frozenMacs(sliced) },
    conditional: { frozen: conditional, skipClosed: true, macs: frozenMacs(conditional, open) },
  };
}

/**
 * Puts channels that are open most first, so that the channels which an image closes lie together: GPUs skip
 * them in groups of four. A block is filled up to a multiple of four with channels that are never open,
 * because vectors of four are computed anyway.
 */
function byRate(kept: KeptChannels, rates: readonly Float64Array[]): KeptChannels {
  return kept.map((channels, l) =>
    Array.from(rates[l]!.keys())
      .sort((a, b) => rates[l]![b]! - rates[l]![a]! || a - b)
      .slice(0, Math.ceil(channels.length / 4) * 4),
  );
}

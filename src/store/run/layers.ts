import type { BlockUsage } from '../../metrics.ts';
import type { Ready } from '../../run/protocol.ts';

/** MACs of one image in one layer. */
export interface LayerMacs {
  readonly name: string;
  readonly dense: number;
  /** Test-set mean of the gated branch; null as long as it is not known. */
  readonly gated: number | null;
  /** MACs of the layer if the budget were spread evenly. */
  readonly target: number;
  /** Channels over the test set; null for the stem, which has no gate. */
  readonly usage: BlockUsage | null;
}

/**
 * The MACs of the stem and of every block (method §3). Closed channels save MACs before and after the gate.
 */
export function layerMacs(
  network: Ready['network'],
  usage: readonly BlockUsage[],
  budget: number,
): LayerMacs[] {
  const stem: LayerMacs = {
    name: 'stem',
    dense: network.stemMacs,
    gated: network.stemMacs,
    target: budget * network.stemMacs,
    usage: null,
  };
  const blocks = network.blocks.map(({ name, macs }): LayerMacs => {
    const use = usage.find(({ block }) => block === name) ?? null;
    const open = use?.open ?? null;
    const gated = open === null ? null : open * (macs.conv1 + macs.conv2) + macs.downsample + macs.mask;
    return { name, dense: macs.full, gated, target: budget * macs.full, usage: use };
  });
  return [stem, ...blocks];
}

/** A square of dots for the channels of a block. */
export interface Dots {
  readonly on: number;
  readonly dependent: number;
  readonly off: number;
}

/**
 * At most `limit` dots in the proportions of the counts (largest remainders). Every kind that occurs has a
 * dot.
 */
export function dotsOf({ on, dependent, off }: Dots, limit: number): Dots {
  const total = on + dependent + off;
  if (total <= limit) return { on, dependent, off };
  const parts = [on, dependent, off].map((count) => {
    const exact = (count * limit) / total;
    return { dots: count > 0 ? Math.max(1, Math.floor(exact)) : 0, rest: exact - Math.floor(exact) };
  });
  const byRest = [...parts].sort((a, b) => b.rest - a.rest);
  let missing = limit - parts.reduce((sum, { dots }) => sum + dots, 0);
  for (let i = 0; missing > 0; i = (i + 1) % byRest.length, missing--) byRest[i]!.dots++;
  // Because every kind has a dot, there may be too many. The largest kind then loses one.
  for (const largest = parts.toSorted((a, b) => b.dots - a.dots)[0]!; missing < 0; missing++) largest.dots--;
  return { on: parts[0]!.dots, dependent: parts[1]!.dots, off: parts[2]!.dots };
}

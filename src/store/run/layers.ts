import type { BlockUsage } from '../../metrics.ts';
import type { Ready } from '../../run/protocol.ts';

/** MACs of one image in one layer. */
export interface LayerMacs {
  readonly name: string;
  readonly dense: number;
  /** Test-set mean of the gated branch; null while nobody knows. */
  readonly gated: number | null;
  /** What the layer may spend when the budget is spread evenly. */
  readonly target: number;
  /** Channels over the test set; null for the stem, which has no gate. */
  readonly usage: BlockUsage | null;
}

/** The stem and every block with what they spend (method §3): closed channels save on both sides of the gate. */
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

/** The counts as at most `limit` dots in the same proportions (largest remainders); a kind that is there has a dot. */
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
  // The dot that every kind has may be one too many: the largest kind gives it.
  for (const largest = parts.toSorted((a, b) => b.dots - a.dots)[0]!; missing < 0; missing++) largest.dots--;
  return { on: parts[0]!.dots, dependent: parts[1]!.dots, off: parts[2]!.dots };
}

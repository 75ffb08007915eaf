import type { Images } from '../data/images/dataset.ts';
import type { UsageRow } from '../metrics.ts';
import type { Network } from '../network/layers.ts';
import { usageRow } from '../statistics/gateUsage.ts';
import type { Encoder } from './encoding.ts';

/** Which images a look at the gates takes. */
interface Look {
  /** The most images. */
  readonly most: number;
  /** Which look it is: each takes the images that follow those of the one before, round and round. */
  readonly turn: number;
  /** Steps that were taken before. */
  readonly step: number;
}

/** The images [from, to) that a look at the gates takes. */
export function lookedAt(
  { count }: Pick<Images, 'count'>,
  { most, turn }: Pick<Look, 'most' | 'turn'>,
): { readonly from: number; readonly to: number } {
  const taken = Math.min(most, count);
  const from = (turn * taken) % (count - taken + 1);
  return { from, to: from + taken };
}

/** The hard gates of some images, as a row of the run. */
export async function lookAtGates(
  engine: Encoder,
  network: Network,
  images: Images,
  look: Look,
): Promise<UsageRow> {
  const { from, to } = lookedAt(images, look);
  const { gates } = await engine.encode(images, from, to, 'gated');
  return usageRow(network, gates, look.step);
}

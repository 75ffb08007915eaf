import type { RunConfig } from '../config.ts';
import { networkOf } from './fromConfig.ts';

/** The narrowest network that can be built (network/layers.ts). */
const NARROWEST = 2;

/** A dense network that costs about as much as the gated branch of a wider one. */
export interface SmallDense {
  readonly width: number;
  /** Its dense MACs over those of the wider network. */
  readonly share: number;
}

/** What a small dense network has as much of as the wider one: steps, or MACs of training. */
export type Spending = 'steps' | 'macs';

/**
 * The steps for which a dense network of this share of the MACs costs as many MACs of training as a wider one
 * in `steps`: both train with two whole passes a step, so a step costs in proportion to the dense MACs.
 */
export function stepsOfEqualMacs(steps: number, share: number): number {
  return Math.round(steps / share);
}

/**
 * The narrower width whose dense MACs are nearest to `budget` times those of the configuration's network,
 * with the same depth and projector; null if there is no narrower one.
 * @param input side of the images, pixels
 */
export function smallDense(config: RunConfig, input: number): SmallDense | null {
  const { denseMacs } = networkOf(config, input);
  const off = ({ share }: SmallDense) => Math.abs(share - config.budget);
  let best: SmallDense | null = null;
  for (let width = NARROWEST; width < config.width; width++) {
    const found = { width, share: networkOf({ ...config, width }, input).denseMacs / denseMacs };
    if (best === null || off(found) < off(best)) best = found;
  }
  return best;
}
